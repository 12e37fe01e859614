package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server under measurement.
type process struct {
	address string // host:port
	started time.Time
	command *exec.Cmd
	stderr  bytes.Buffer
	ended   chan struct{} // closed when the process has ended
	err     error         // set before that
}

// start runs the command and returns once a line of its output holds an
// http://host:port.
func start(binary string, args ...string) (*process, error) {
	p := &process{started: time.Now(), ended: make(chan struct{}), command: exec.Command(binary, args...)}
	p.command.Stderr = &p.stderr
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, url, ok := strings.Cut(lines.Text(), "http://"); ok && p.address == "" {
				p.address, _, _ = strings.Cut(url, "/")
				found <- p.address
			}
		}
		p.err = p.command.Wait()
		close(p.ended)
	}()
	select {
	case <-found:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("%s ended: %w\n%s", binary, p.err, p.stderr.Bytes())
	}
}

// stop ends the process in good order, and after 20 seconds in any case.
func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(20 * time.Second):
		err := p.command.Process.Kill()
		<-p.ended
		return errors.Join(fmt.Errorf("%s does not stop\n%s", p.command.Path, p.stderr.Bytes()), err)
	}
}

// ticksPerSecond is the unit of /proc/PID/stat, USER_HZ, which is 100 on every
// Linux that Go runs on.
const ticksPerSecond = 100

// cpu is the time that the process has spent so far, in its own code and in the
// kernel's.
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	return parseStat(string(stat))
}

// parseStat reads utime and stime, the fields 14 and 15 of proc_pid_stat(5).
func parseStat(stat string) (time.Duration, error) {
	// The second field is the name in parentheses and may hold anything.
	_, rest, ok := cutLast(stat, ")")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 13 {
		return 0, fmt.Errorf("not the form of /proc/PID/stat: %q", stat)
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * (time.Second / ticksPerSecond), errors.Join(err1, err2)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// memory is the proportional and the resident set size in bytes.
func (p *process) memory() (pss, rss int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.command.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	return parseRollup(string(text))
}

// parseRollup reads the lines "Pss:" and "Rss:" of /proc/PID/smaps_rollup.
func parseRollup(text string) (pss, rss int64, err error) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "Pss:" && fields[0] != "Rss:" {
			continue
		}
		kb, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return 0, 0, err
		}
		if fields[0] == "Pss:" {
			pss = kb << 10
		} else {
			rss = kb << 10
		}
	}
	if pss == 0 || rss == 0 {
		return 0, 0, errors.New("smaps_rollup tells no memory")
	}
	return pss, rss, nil
}

// diskUse is how many bytes the files below the directory take on disk; holes
// in them take none.
func diskUse(dir string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			sum += stat.Blocks * 512
		}
		return nil
	})
	return sum, err
}

// peakMemory is the most resident memory that the ended process had, in bytes.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss << 10
}
