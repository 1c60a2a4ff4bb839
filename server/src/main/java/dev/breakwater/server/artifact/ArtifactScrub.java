/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads each stored artifact again now and then, slowly, and sets aside what is not what it is
 * named by: devices would refuse it, and an upload of the same bytes would be told that they are
 * there. Aside, it is missing, which everybody knows how to say and to mend.
 *
 * <p>Nothing is remembered. Each round begins with any of the artifacts, so that a server which is
 * restarted often comes to all of them as well.
 */
public final class ArtifactScrub implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ArtifactScrub.class);
    private static final int PIECE_BYTES = 64 * 1024;

    /** Other things are more urgent after a start, and who starts again and again reads nothing. */
    private static final Duration AFTER_START = Duration.ofHours(1);

    /** With nothing to read, or a disk that does not say what there is. */
    private static final Duration IDLE = Duration.ofHours(1);

    private final DirectoryArtifacts artifacts;
    private final AuditLog audit;
    private final MeterRegistry meters;
    private final Counter bytes;
    private final Duration period;
    private final long bytesPerSecond;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("artifact-scrub").unstarted(this::rounds);

    /** What came of reading one. */
    sealed interface Outcome {

        /** Its bytes are those it is named by. */
        record Sound() implements Outcome {}

        /** They were others; it is set aside. */
        record SetAside(ArtifactHash actual) implements Outcome {}

        /** It was removed, or put back, while it was read. */
        record Changed() implements Outcome {}

        /**
         * The disk does not give it. It stays: a disk that is away for an hour must not cost all
         * artifacts.
         */
        record Unreadable() implements Outcome {}

        /** The server ends. */
        record Stopped() implements Outcome {}
    }

    /** Wires it; nothing is read before {@link #start}. */
    public ArtifactScrub(
            DirectoryArtifacts artifacts, AuditLog audit, MeterRegistry meters, Limits limits) {
        this.artifacts = artifacts;
        this.audit = audit;
        this.meters = meters;
        this.bytes =
                Counter.builder("breakwater.artifact.scrub.bytes")
                        .description("Bytes of stored artifacts that were read and compared")
                        .register(meters);
        this.period = limits.seconds(Limit.ARTIFACT_SCRUB_SECONDS);
        this.bytesPerSecond = limits.of(Limit.ARTIFACT_SCRUB_BYTES_PER_SECOND);
    }

    /** Reads from now on, after a while, until it is closed. */
    public void start() {
        thread.start();
    }

    private void rounds() {
        boolean closed = rest(shorter(period, AFTER_START));
        while (!closed) {
            closed = roundOrLog();
        }
    }

    private boolean roundOrLog() {
        try {
            return round();
        } catch (IOException | UncheckedIOException | StorageUnavailable later) {
            LOG.error("stored artifacts cannot be listed or set aside now", later);
        } catch (RuntimeException later) {
            // Whatever it was must not end the rounds.
            LOG.error("stored artifacts cannot be compared now", later);
        }
        return rest(shorter(period, IDLE));
    }

    /** Reads all, spread over the period; says whether it was closed. */
    private boolean round() throws IOException {
        List<NamedArtifact> all = new ArrayList<>(artifacts.everything());
        if (all.isEmpty()) {
            return rest(shorter(period, IDLE));
        }
        Collections.rotate(all, Math.floorMod(SecureBytes.freshLong(), all.size()));
        Duration share = period.dividedBy(all.size());
        for (NamedArtifact artifact : all) {
            long begun = System.nanoTime();
            if (compare(artifact) instanceof Outcome.Stopped
                    || rest(share.minusNanos(System.nanoTime() - begun))) {
                return true;
            }
        }
        return false;
    }

    /** Reads one, and sees to what it finds. Blocks for as long as the rate demands. */
    Outcome compare(NamedArtifact artifact) {
        Outcome outcome;
        try {
            outcome = judged(artifact);
        } catch (NoSuchFileException gone) {
            outcome = new Outcome.Changed();
        } catch (IOException unreadable) {
            LOG.error("artifact {} cannot be read", artifact.hash(), unreadable);
            outcome = new Outcome.Unreadable();
        }
        switch (outcome) {
            case Outcome.Sound() -> count("sound");
            case Outcome.SetAside(ArtifactHash actual) -> {
                count("altered");
                tell(artifact, actual);
            }
            case Outcome.Changed() -> count("changed");
            case Outcome.Unreadable() -> count("unreadable");
            case Outcome.Stopped() -> {}
        }
        return outcome;
    }

    private Outcome judged(NamedArtifact artifact) throws IOException {
        Map<String, Object> before = artifacts.seen(artifact);
        MessageDigest digest = ArtifactFiles.sha256();
        try (FileChannel file = artifacts.reading(artifact)) {
            piece.clear();
            for (int count = file.read(piece); count >= 0; count = file.read(piece)) {
                digest.update(piece.flip());
                piece.clear();
                bytes.increment(count);
                if (rest(Duration.ofNanos(count * 1_000_000_000L / bytesPerSecond))) {
                    return new Outcome.Stopped();
                }
            }
        }
        ArtifactHash actual = new ArtifactHash(HexFormat.of().formatHex(digest.digest()));
        if (actual.equals(artifact.hash())) {
            return new Outcome.Sound();
        }
        return artifacts.setAside(artifact, before)
                ? new Outcome.SetAside(actual)
                : new Outcome.Changed();
    }

    private void tell(NamedArtifact artifact, ArtifactHash actual) {
        LOG.error(
                "artifact {} of organization {} was altered on the disk (its SHA-256 is {} now) and"
                        + " is set aside; put it back from a backup or upload it again, and look at"
                        + " the disk and at who can write to it",
                artifact.hash(),
                artifact.organization(),
                actual);
        audit.append(
                AuditEvent.of(
                        artifact.organization(),
                        new Actor.Server(),
                        AuditAction.ARTIFACT_ALTERED,
                        "artifact-sha256:" + artifact.hash(),
                        Map.of(
                                "actual-sha256", actual.hex(),
                                "bytes", Long.toString(artifact.length()))));
    }

    private void count(String outcome) {
        Counter.builder("breakwater.artifact.scrub.artifacts")
                .description("Stored artifacts that were read and compared, by what came of it")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }

    /** Waits, and says whether it was closed meanwhile; without time to wait, whether it is. */
    private boolean rest(Duration pause) {
        try {
            return closing.await(Math.max(0, pause.toNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Ends it, in the middle of a file if need be. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
