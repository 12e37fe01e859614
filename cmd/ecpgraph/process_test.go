package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// serverProcess is a running `ecpgraph serve`.
type serverProcess struct {
	url    string
	cmd    *exec.Cmd
	ended  chan struct{} // closed when the process has ended
	result error         // set before that
	mu     sync.Mutex
	log    strings.Builder // of stderr
}

// startServer starts `ecpgraph serve` with the arguments on a free port and
// returns once its banner tells the address. TestMain puts this test binary
// into the PATH as ecpgraph.
func startServer(dir string, args ...string) (*serverProcess, error) {
	p := &serverProcess{ended: make(chan struct{})}
	p.cmd = exec.Command("ecpgraph", append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	p.cmd.Dir = dir
	p.cmd.Stderr = p
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, url, ok := strings.Cut(lines.Text(), "Start page"); ok {
				found <- strings.TrimSuffix(strings.TrimSpace(url), "/")
			}
		}
		p.result = p.cmd.Wait()
		close(p.ended)
	}()
	select {
	case p.url = <-found:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("the server ended: %w\n%s", p.result, p.stderr())
	case <-time.After(30 * time.Second):
		p.kill()
		return nil, errors.New("the server prints no address\n" + p.stderr())
	}
}

// Write implements io.Writer for the process's stderr.
func (p *serverProcess) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *serverProcess) stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// stop asks the server to stop and returns an error unless it ends well.
func (p *serverProcess) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.kill()
		return errors.New("the server does not stop\n" + p.stderr())
	}
	if p.result != nil {
		return fmt.Errorf("the server ended badly: %w\n%s", p.result, p.stderr())
	}
	return nil
}

// kill ends the process at once, if it runs.
func (p *serverProcess) kill() {
	_ = p.cmd.Process.Signal(os.Kill) // fails where it has ended
	<-p.ended
}
