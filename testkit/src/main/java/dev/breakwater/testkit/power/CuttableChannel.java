/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/** An open file or directory. */
final class CuttableChannel extends FileChannel {

    private final Platter platter;
    private final Inode inode;
    private final String name;
    private final boolean writable;
    private final boolean readable;
    private final boolean appending;
    private int position;

    CuttableChannel(Platter platter, Inode inode, String name, Set<? extends OpenOption> options) {
        this.platter = platter;
        this.inode = inode;
        this.name = name;
        this.appending = options.contains(StandardOpenOption.APPEND);
        this.writable = appending || options.contains(StandardOpenOption.WRITE);
        this.readable = !writable || options.contains(StandardOpenOption.READ);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        synchronized (platter) {
            int count = read(target, position);
            position += Math.max(0, count);
            return count;
        }
    }

    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        requireOpen();
        if (!readable) {
            throw new NonReadableChannelException();
        }
        synchronized (platter) {
            byte[] content = inode.content();
            if (from >= content.length) {
                return -1;
            }
            int count = Math.min(target.remaining(), content.length - (int) from);
            target.put(content, (int) from, count);
            return count;
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        long count = 0;
        for (int index = offset; index < offset + length; index++) {
            int one = read(targets[index]);
            if (one < 0) {
                return count == 0 ? -1 : count;
            }
            count += one;
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        synchronized (platter) {
            if (appending) {
                position = inode.content().length;
            }
            int count = write(source, position);
            position += count;
            return count;
        }
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
        requireWritable();
        platter.requireRoom(at + source.remaining() - size());
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        return platter.write(
                "write %d bytes to %s".formatted(bytes.length, name),
                () -> {
                    inode.write((int) at, bytes, platter.now());
                    return bytes.length;
                });
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long count = 0;
        for (int index = offset; index < offset + length; index++) {
            count += write(sources[index]);
        }
        return count;
    }

    @Override
    public long position() throws IOException {
        requireOpen();
        synchronized (platter) {
            return position;
        }
    }

    @Override
    public FileChannel position(long now) throws IOException {
        requireOpen();
        synchronized (platter) {
            position = Math.toIntExact(now);
        }
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        synchronized (platter) {
            return inode.content().length;
        }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        requireWritable();
        synchronized (platter) {
            if (size < inode.content().length) {
                boolean _ =
                        platter.write(
                                "truncate " + name,
                                () -> {
                                    inode.content(
                                            Arrays.copyOf(inode.content(), (int) size),
                                            platter.now());
                                    return true;
                                });
            }
            position = (int) Math.min(position, size);
        }
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        requireOpen();
        boolean _ =
                platter.write(
                        "sync " + name,
                        () -> {
                            inode.sync();
                            return true;
                        });
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, Math.max(0, size() - from)));
        int read = read(bytes, from);
        return read <= 0 ? 0 : target.write(bytes.flip());
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, 1 << 20));
        int read = source.read(bytes);
        return read <= 0 ? 0 : write(bytes.flip(), at);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException("these files are not mapped into memory");
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("these files are not locked");
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("these files are not locked");
    }

    @Override
    protected void implCloseChannel() {}

    private void requireOpen() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireWritable() throws IOException {
        requireOpen();
        if (!writable || inode.isDirectory()) {
            throw new NonWritableChannelException();
        }
    }
}
