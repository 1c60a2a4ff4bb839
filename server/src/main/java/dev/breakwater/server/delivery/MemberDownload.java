/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.http.RequestPlace;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An artifact, or a part of one, that stands open and has its place; to be sent once. */
public final class MemberDownload implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemberDownload.class);

    private final ArtifactHead head;
    private final Optional<ByteRange.Part> part;
    private final ReadableByteChannel from;
    private final DownloadPlaces.Place place;
    private final End end;
    private final Limits limits;

    MemberDownload(
            ArtifactHead head,
            Optional<ByteRange.Part> part,
            ReadableByteChannel from,
            DownloadPlaces.Place place,
            End end,
            Limits limits) {
        this.head = head;
        this.part = part;
        this.from = from;
        this.place = place;
        this.end = end;
        this.limits = limits;
    }

    /** What closes the connection of a download that has lost its place to a newer one. */
    static final class End implements Runnable {

        private @Nullable Request request;
        private boolean wanted;

        /** From now on there is a connection; false if it is not to be used any more. */
        synchronized boolean of(Request sending) {
            request = sending;
            return !wanted;
        }

        @Override
        public synchronized void run() {
            wanted = true;
            if (request != null) {
                Peer.disconnect(request);
            }
        }
    }

    /** Whether it is a part. */
    public boolean isPart() {
        return part.isPresent();
    }

    /** The tag of an artifact. */
    public static String tag(StoredArtifact artifact) {
        return new ArtifactHead(artifact).tag();
    }

    /** The headers of an artifact that a cache keeps, whether its bytes are sent or not. */
    public static Map<String, String> kept(StoredArtifact artifact) {
        return Map.of("ETag", tag(artifact), "Cache-Control", ArtifactHead.FOREVER);
    }

    /** The headers that speak of it. */
    public Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>(kept(head.artifact()));
        headers.put("Accept-Ranges", "bytes");
        headers.put("Content-Length", Long.toString(length()));
        // Nothing that was uploaded is to be shown as a page of this server's.
        headers.put("Content-Disposition", "attachment");
        part.ifPresent(
                range ->
                        headers.put(
                                "Content-Range",
                                "bytes %d-%d/%d"
                                        .formatted(
                                                range.first(),
                                                range.last(),
                                                head.artifact().length())));
        return headers;
    }

    private long length() {
        return part.map(ByteRange.Part::length).orElse(head.artifact().length());
    }

    /**
     * Sends the bytes behind a head that is ready. Blocks until they are taken.
     *
     * @param stands whether the caller may still have it; asked again and again
     * @throws IOException if the client is gone or too slow, or lost its right to it
     */
    public void send(Request request, Response response, BooleanSupplier stands)
            throws IOException {
        if (!end.of(request)) {
            throw new IOException("the caller began too many other downloads");
        }
        // It is counted among the downloads from here on.
        RequestPlace.release(request);
        new Download(place, stands, () -> LOG.info("a download was ended: its caller may not"))
                .send(request, response, limits, from, length());
    }

    @Override
    public void close() {
        try (place) {
            from.close();
        } catch (IOException nothingLost) {
            LOG.debug("an artifact was not closed: {}", nothingLost.getMessage());
        }
    }
}
