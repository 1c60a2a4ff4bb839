/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import dev.breakwater.server.scan.archive.ArchiveInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * One content on its way through: read ahead, looked at, and handed to whoever takes archives out
 * of it. What is read as an archive is looked at as bytes as well, except for entries that stand in
 * it as they are: those are looked at under their own names.
 */
final class Layer extends ArchiveInput {

    private static final int BUFFER_BYTES = 256 * 1_024;
    private static final int READ_BYTES = 64 * 1_024;

    private final Examiner examiner;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private InputStream in = InputStream.nullInputStream();
    private Optional<IOException> failed = Optional.empty();
    private int at;
    private int end;
    private long base;
    private long examinedTo;
    private long kept;
    private boolean isVerbatim;

    Layer(Examiner examiner) {
        this.examiner = examiner;
    }

    /** Begins another content. */
    void begin(InputStream content, ContainerPath path) {
        in = content;
        failed = Optional.empty();
        at = 0;
        end = 0;
        base = 0;
        examinedTo = 0;
        kept = -1;
        isVerbatim = false;
        examiner.begin(path);
    }

    long offset() {
        return base + at;
    }

    /** Whether there is at least one more byte. */
    boolean fill() throws IOException {
        if (at < end) {
            return true;
        }
        if (failed.isPresent()) {
            throw failed.get();
        }
        if (end + READ_BYTES > buffer.length) {
            compact();
        }
        try {
            int count = in.read(buffer, end, Math.min(READ_BYTES, buffer.length - end));
            end += Math.max(count, 0);
            return count > 0;
        } catch (IOException failure) {
            failed = Optional.of(failure);
            throw failure;
        }
    }

    /** Keeps what may be given back, and an archive's beginning as long as there is room for it. */
    private void compact() {
        int keep = Math.max(0, at - UNREAD_MAX);
        if (kept >= base && kept - base < keep && end - (kept - base) <= buffer.length / 2) {
            keep = (int) (kept - base);
        }
        System.arraycopy(buffer, keep, buffer, 0, end - keep);
        base += keep;
        at -= keep;
        end -= keep;
    }

    /** Reads the first bytes without using them up; returns how many there are. */
    int peek(byte[] bytes) throws IOException {
        while (end < bytes.length) {
            int before = end;
            at = end;
            boolean isMore = fill();
            at = 0;
            if (!isMore || end == before) {
                break;
            }
        }
        int there = Math.min(end, bytes.length);
        System.arraycopy(buffer, 0, bytes, 0, there);
        return there;
    }

    /** Looks at what comes next, up to a place where an archive seems to begin. */
    void examine() {
        long skipped = Math.min(examinedTo - offset(), end - at);
        if (skipped > 0) {
            at += (int) skipped;
        }
        if (at < end) {
            at += examiner.feed(buffer, at, end - at, true);
            examinedTo = offset();
        }
    }

    /** The next place from an offset on where an archive seems to begin and that is still there. */
    Optional<Examiner.Sighting> sighting(long from) {
        Optional<Examiner.Sighting> next = examiner.sighting(Math.max(from, base));
        next.ifPresent(sighting -> rewind(sighting.offset()));
        return next;
    }

    /** Goes back. Nothing is looked at twice. */
    void rewind(long offset) {
        at = (int) (Math.max(offset, base) - base);
        kept = offset;
    }

    void finish() {
        examiner.end();
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int some = Math.min(count, end - at);
        System.arraycopy(buffer, at, bytes, from, some);
        long offset = offset();
        at += some;
        if (!isVerbatim && offset + some > examinedTo) {
            int known = (int) Math.max(0, examinedTo - offset);
            int _ = examiner.feed(bytes, from + known, some - known, false);
            examinedTo = offset();
        }
        return some;
    }

    @Override
    public void unread(int count) {
        if (count > at) {
            throw new IllegalArgumentException(count + " bytes are no longer there");
        }
        at -= count;
    }

    @Override
    public void verbatim(boolean changed) {
        isVerbatim = changed;
        if (!changed && offset() > examinedTo) {
            examiner.jump(offset());
            examinedTo = offset();
        }
    }
}
