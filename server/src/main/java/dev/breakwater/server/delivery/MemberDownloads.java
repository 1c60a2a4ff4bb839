/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * Artifacts for people and their programs: the ranges, the pace and the patience of what devices
 * get, and places of their own, so that neither takes one from the other.
 */
public final class MemberDownloads {

    private final Limits limits;
    private final DownloadPlaces places;

    /** Within these limits. */
    public MemberDownloads(Limits limits) {
        this.limits = limits;
        this.places =
                new DownloadPlaces(
                        limits,
                        new DownloadPlaces.Most(
                                Limit.API_DOWNLOADS,
                                Limit.API_DOWNLOADS_PER_SOURCE,
                                Limit.API_DOWNLOADS_PER_CALLER),
                        System::nanoTime,
                        ReturnSpread::chance);
    }

    /** Opens what is stored. */
    @FunctionalInterface
    public interface Opening {

        /** Its bytes, from here on and so many; empty if it is gone. */
        Optional<ReadableByteChannel> open(long offset, long length);
    }

    /** What came of the wish to download. */
    public sealed interface Outcome {

        /** It can be sent; to be closed, whether it is or not. */
        record Begun(MemberDownload download) implements Outcome {}

        /** Nothing of the range lies within it. */
        record Unsatisfiable(long length) implements Outcome {}

        /** There is no place. */
        record Later(Duration after, Limit limit) implements Outcome {}

        /** It was removed meanwhile. */
        record Gone() implements Outcome {}
    }

    /**
     * Takes a place and opens the artifact. A caller who has as many downloads as may be loses the
     * oldest.
     *
     * @param caller whose places are counted together
     * @param source the address it comes from
     * @param range the header of that name (RFC 9110 section 14.2)
     * @param ifRange the header of that name: with another tag, all of it is sent
     */
    public Outcome begin(
            Object caller,
            String source,
            StoredArtifact artifact,
            Optional<String> range,
            Optional<String> ifRange,
            Opening opening) {
        ArtifactHead head = new ArtifactHead(artifact);
        boolean same = ifRange.map(tag -> tag.strip().equals(head.tag())).orElse(true);
        ByteRange wanted =
                same
                        ? ByteRange.of(range.stream().toList(), artifact.length())
                        : new ByteRange.Whole();
        return switch (wanted) {
            case ByteRange.Unsatisfiable _ -> new Outcome.Unsatisfiable(artifact.length());
            case ByteRange.Whole _ -> begin(caller, source, head, Optional.empty(), opening);
            case ByteRange.Part part -> begin(caller, source, head, Optional.of(part), opening);
        };
    }

    private Outcome begin(
            Object caller,
            String source,
            ArtifactHead head,
            Optional<ByteRange.Part> part,
            Opening opening) {
        long offset = part.map(ByteRange.Part::first).orElse(0L);
        long length = part.map(ByteRange.Part::length).orElse(head.artifact().length());
        MemberDownload.End end = new MemberDownload.End();
        return switch (places.ask(caller, SourceNetwork.of(source), end)) {
            case DownloadPlaces.Wish.Later(Duration after, Limit limit) ->
                    new Outcome.Later(after, limit);
            case DownloadPlaces.Wish.Admitted(DownloadPlaces.Place place) -> {
                Optional<ReadableByteChannel> opened = Optional.empty();
                try {
                    opened = opening.open(offset, length);
                } finally {
                    if (opened.isEmpty()) {
                        place.close();
                    }
                }
                yield opened.<Outcome>map(
                                from ->
                                        new Outcome.Begun(
                                                new MemberDownload(
                                                        head, part, from, place, end, limits)))
                        .orElseGet(Outcome.Gone::new);
            }
        };
    }
}
