package badgerstore

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
)

// anchorFile is the name of the anchor in the data directory. It holds one
// store.EncodeHead.
const anchorFile = "anchor"

// ReadAnchor returns the head that is anchored in the data directory, and whether
// there is an anchor.
func ReadAnchor(dir string) (kg.Head, bool, error) {
	b, err := os.ReadFile(filepath.Join(dir, anchorFile))
	if errors.Is(err, fs.ErrNotExist) {
		return kg.Head{}, false, nil
	}
	if err != nil {
		return kg.Head{}, false, kg.Errorf(kg.Unavailable, "reading the anchor: %w", err)
	}
	head, err := store.DecodeHead(b)
	if err != nil {
		return kg.Head{}, false, kg.Errorf(kg.Corrupt,
			"the anchor %s is damaged (%w): check the log against a backup, then remove the file to start without it",
			filepath.Join(dir, anchorFile), err)
	}
	return head, true, nil
}

// writeAnchor replaces the anchor in one step that survives a power cut.
func writeAnchor(dir string, head kg.Head) error {
	path := filepath.Join(dir, anchorFile)
	f, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(store.EncodeHead(head))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // directories cannot be synced there
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// checkAnchor compares the log with the anchor: the anchored commit must be in
// the log. A missing anchor is reported; the anchorer writes it anew.
func (e *Engine) checkAnchor(ctx context.Context, dir string, o Options) error {
	head := e.watch.Head()
	anchored, found, err := ReadAnchor(dir)
	if err != nil {
		return err
	}
	if !found {
		if head.Revision > 0 && !o.ReadOnly {
			o.Logger.Warn("the anchor is missing, so it is not known whether the log was shortened; writing a new one",
				"file", filepath.Join(dir, anchorFile), "revision", uint64(head.Revision), "digest", head.Digest.String())
		}
		return nil
	}
	if anchored.Revision == 0 {
		return nil
	}
	if head.Revision < anchored.Revision {
		return kg.Errorf(kg.Corrupt,
			"the log in %s was shortened: it ends at revision %d, but revision %d had been written; restore a backup, or remove %s to accept the loss",
			dir, head.Revision, anchored.Revision, filepath.Join(dir, anchorFile))
	}
	chunks, err := e.Chunks(ctx, []store.ChunkRef{{Revision: anchored.Revision}})
	if err != nil {
		return err
	}
	if chunks[0] == nil {
		return kg.Errorf(kg.Corrupt, "chunk 0 of revision %d is missing: restore the store from a backup", anchored.Revision)
	}
	digest, err := store.CommitDigest(anchored.Revision, chunks[0])
	if err != nil {
		return err
	}
	if digest != anchored.Digest {
		return kg.Errorf(kg.Corrupt,
			"the log in %s is another one than its anchor remembers: revision %d has digest %.12s…, not %.12s…; restore a backup, or remove %s to accept this log",
			dir, anchored.Revision, digest, anchored.Digest, filepath.Join(dir, anchorFile))
	}
	return nil
}

// anchorer keeps the anchor near the head.
type anchorer struct {
	stop context.CancelFunc
	done sync.WaitGroup
}

// startAnchorer writes the head now and whenever it has moved, and a last time
// when stopped.
func startAnchorer(dir string, watch *store.Watch, every time.Duration, logger *slog.Logger) *anchorer {
	ctx, stop := context.WithCancel(context.Background())
	a := &anchorer{stop: stop}
	var written kg.Head
	write := func() {
		head := watch.Head()
		if head == written {
			return
		}
		if err := writeAnchor(dir, head); err != nil {
			logger.Error("the anchor cannot be written; the log itself is not affected", "err", err)
			return
		}
		written = head
	}
	a.done.Go(func() {
		for ctx.Err() == nil {
			if watch.Follow(ctx, written.Revision) == nil {
				write()
			}
			select {
			case <-time.After(every):
			case <-ctx.Done():
			}
		}
		write()
	})
	return a
}

func (a *anchorer) close() {
	a.stop()
	a.done.Wait()
}
