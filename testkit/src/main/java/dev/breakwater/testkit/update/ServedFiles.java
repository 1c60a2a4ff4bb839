/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Files by the path they have in a URL, and a record of what was asked for. Its {@code open} is a
 * {@code RemoteFiles}. Safe for use by many threads.
 */
public final class ServedFiles {

    private final Map<String, byte[]> files = new HashMap<>();
    private final List<String> requests = new ArrayList<>();

    ServedFiles() {}

    /** A download of the file; empty if there is none. */
    public synchronized Optional<InputStream> open(String path) {
        requests.add(path);
        return Optional.ofNullable(files.get(path)).map(ByteArrayInputStream::new);
    }

    /** A file as somebody gets it who asks for it; null if there is none. */
    synchronized byte @Nullable [] serve(String path) {
        requests.add(path);
        notifyAll();
        byte[] file = files.get(path);
        return file == null ? null : file.clone();
    }

    /**
     * Waits until a server that serves these has been asked for a file, unless that was so already.
     *
     * @throws AssertionError if it was not within 15 seconds
     */
    public synchronized void awaitRequest(String path) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!requests.contains(path)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("nobody has asked for " + path);
            }
            wait(left);
        }
    }

    /** Serves a file, in the place of an earlier one. */
    public synchronized void put(String path, byte[] content) {
        files.put(path, content.clone());
    }

    /** Serves it no more. */
    public synchronized void remove(String path) {
        files.remove(path);
    }

    /** A file as it is served. */
    public synchronized byte[] content(String path) {
        return Optional.ofNullable(files.get(path)).orElseThrow().clone();
    }

    /** All that is served. */
    public synchronized Map<String, byte[]> all() {
        return Map.copyOf(files);
    }

    /** Serves what was taken by {@link #all} earlier, and nothing else. */
    public synchronized void replaceAll(Map<String, byte[]> earlier) {
        files.clear();
        files.putAll(earlier);
    }

    /** What was asked for since the last time, in order. */
    public synchronized List<String> takeRequests() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }
}
