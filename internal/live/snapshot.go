package live

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// maxReplay is how many records a start may have to read beyond the snapshot
// before it saves a newer one.
const maxReplay = 10_000

// snapshot is the file that keeps the index between two starts. It holds
// nothing that the log does not say, so a fault of it is told in the log and
// costs time only.
type snapshot struct {
	path   string // "" for none
	logger *slog.Logger
	saving sync.WaitGroup

	mu    sync.Mutex
	saved kg.Head // what the file holds; zero when that is not known
}

func (s *snapshot) getSaved() kg.Head {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saved
}

func (s *snapshot) setSaved(head kg.Head) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saved = head
}

// open derives the index at the head of the log: from the snapshot on where the
// file can be used, else from the first commit on. Behind says that a new
// snapshot would save the next start much of the same.
func (s *snapshot) open(ctx context.Context, store kg.Store, o *ontology.Ontology) (ix *index.Index, behind bool, err error) {
	saved, err := s.read(ctx, store, o)
	if err == nil {
		var records int
		if ix, records, err = replay(ctx, store, saved, newest, replayBatch); err == nil {
			s.setSaved(saved.Head())
			return ix, records > maxReplay, nil
		}
	}
	if ctx.Err() != nil {
		return nil, false, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		s.logger.Warn("the index snapshot cannot be used; deriving the index from the whole log", "file", s.path, "error", err)
	}
	ix, _, err = replay(ctx, store, index.New(o), newest, replayBatch)
	return ix, true, err
}

// read reads the file and checks that the log holds what it was derived from.
func (s *snapshot) read(ctx context.Context, store kg.Store, o *ontology.Ontology) (*index.Index, error) {
	if s.path == "" {
		return nil, fs.ErrNotExist
	}
	b, err := os.ReadFile(s.path)
	if err != nil {
		return nil, err
	}
	ix, err := index.Read(o, b)
	if err != nil {
		return nil, err
	}
	head, err := store.HeadAt(ctx, ix.Head().Revision)
	if err != nil {
		return nil, fmt.Errorf("the log does not hold what it was derived from: %w", err)
	}
	if head != ix.Head() {
		return nil, fmt.Errorf("it was derived from another log: %v has digest %.12s… there and %.12s… here",
			head.Revision, ix.Head().Digest, head.Digest)
	}
	return ix, nil
}

// saveBeside saves the index in a goroutine that saveLast waits for.
func (s *snapshot) saveBeside(ix *index.Index) {
	s.saving.Go(func() { s.save(ix) })
}

// saveLast saves the index unless the file holds it.
func (s *snapshot) saveLast(ix *index.Index) {
	s.saving.Wait()
	s.save(ix)
}

func (s *snapshot) save(ix *index.Index) {
	if s.path == "" || ix.Head() == s.getSaved() {
		return
	}
	start := time.Now()
	size, err := writeSnapshot(s.path, ix)
	if err != nil {
		s.logger.Warn("the index snapshot cannot be saved; the next start reads more of the log", "file", s.path, "error", err)
		return
	}
	s.setSaved(ix.Head())
	s.logger.Debug("saved the index snapshot", "file", s.path, "revision", uint64(ix.Head().Revision), "bytes", size, "took", time.Since(start))
}

// writeSnapshot replaces the file in one step that survives a power cut, and
// returns its size.
func writeSnapshot(path string, ix *index.Index) (size int64, err error) {
	file, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(path + ".tmp") // what is left of it; it may be renamed already
		}
	}()
	out := bufio.NewWriterSize(file, 1<<20)
	size, err = ix.WriteTo(out)
	if err == nil {
		err = out.Flush()
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return 0, err
	}
	if runtime.GOOS == "windows" { // directories cannot be synced there
		return size, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	return size, errors.Join(dir.Sync(), dir.Close())
}
