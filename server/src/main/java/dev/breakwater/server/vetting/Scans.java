/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.ScanReport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * Scans artifacts, few at a time: a scan takes a core, and devices need the others. Whoever asks
 * twice for the same waits for the one scan. Nothing of a scan outlives a restart; it is then asked
 * for again.
 */
final class Scans implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final ArtifactStore artifacts;
    private final ScanRules rules;
    private final Duration patience;
    private final int againMax;
    private final ExecutorService threads;
    private final Map<UUID, Running> running = new ConcurrentHashMap<>();

    /**
     * What is to be scanned.
     *
     * @param key an upload's id, or that of an artifact that is scanned again
     * @param again whether it was before; of those an organization may have few at a time
     */
    record Subject(
            UUID key,
            OrganizationId organization,
            String name,
            ArtifactHash hash,
            long length,
            boolean again) {}

    /** What comes of it. */
    sealed interface Result {

        /** It was scanned. */
        record Kept(VettedArtifact artifact) implements Result {}

        /** It takes longer than one waits for it, and goes on. */
        record GoesOn() implements Result {}

        /** The organization has as many scanned again as it may at a time. */
        record TooMany(int most) implements Result {}
    }

    private record Running(Subject subject, CompletableFuture<VettedArtifact> result) {}

    Scans(ArtifactStore artifacts, ScanRules rules, Limits limits) {
        this.artifacts = artifacts;
        this.rules = rules;
        this.patience = limits.seconds(Limit.ARTIFACT_COMPLETION_SECONDS);
        this.againMax = limits.of(Limit.ARTIFACT_RESCANS_PER_ORGANIZATION);
        this.threads =
                Executors.newFixedThreadPool(
                        limits.of(Limit.ARTIFACT_SCANS),
                        Thread.ofPlatform().daemon().name("artifact-scan-", 1).factory());
    }

    /**
     * Scans, and keeps what was seen.
     *
     * @param keeping is done by the thread that scans
     */
    Result result(Subject subject, BiFunction<RuleSet, ScanReport, VettedArtifact> keeping) {
        Optional<CompletableFuture<VettedArtifact>> begun = begun(subject, keeping);
        if (begun.isEmpty()) {
            return new Result.TooMany(againMax);
        }
        try {
            return new Result.Kept(begun.get().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException goesOn) {
            return new Result.GoesOn();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Result.GoesOn();
        } catch (ExecutionException failed) {
            throw failure(failed);
        }
    }

    private synchronized Optional<CompletableFuture<VettedArtifact>> begun(
            Subject subject, BiFunction<RuleSet, ScanReport, VettedArtifact> keeping) {
        Running there = running.get(subject.key());
        if (there != null) {
            return Optional.of(there.result());
        }
        if (subject.again() && countAgain(subject.organization()) >= againMax) {
            return Optional.empty();
        }
        CompletableFuture<VettedArtifact> result = new CompletableFuture<>();
        running.put(subject.key(), new Running(subject, result));
        threads.execute(() -> run(subject, keeping, result));
        return Optional.of(result);
    }

    private long countAgain(OrganizationId organization) {
        return running.values().stream()
                .map(Running::subject)
                .filter(subject -> subject.again() && subject.organization().equals(organization))
                .count();
    }

    private void run(
            Subject subject,
            BiFunction<RuleSet, ScanReport, VettedArtifact> keeping,
            CompletableFuture<VettedArtifact> result) {
        try {
            ScanRules.Prepared prepared = rules.prepared(subject.organization());
            VettedArtifact kept = keeping.apply(prepared.rules(), report(subject, prepared));
            running.remove(subject.key());
            result.complete(kept);
        } catch (Throwable failed) {
            // Whoever waits for it has to hear of it, whatever it is.
            running.remove(subject.key());
            result.completeExceptionally(failed);
        }
    }

    boolean isRunning(UUID key) {
        return running.containsKey(key);
    }

    private ScanReport report(Subject subject, ScanRules.Prepared prepared) {
        try (ReadableByteChannel channel =
                        artifacts
                                .open(subject.organization(), subject.hash(), 0, subject.length())
                                .orElseThrow(
                                        () ->
                                                new StorageUnavailable(
                                                        "an artifact is gone before its scan"));
                InputStream in =
                        new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES)) {
            return prepared.scan().scan(subject.name(), in, _ -> {});
        } catch (IOException unreadable) {
            throw new StorageUnavailable(
                    "an artifact cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static RuntimeException failure(ExecutionException failed) {
        return failed.getCause() instanceof StorageUnavailable unavailable
                ? unavailable
                : new CompletionException("a scan failed", failed);
    }

    /** Ends what runs; it is not waited for, because nothing of it is kept. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
