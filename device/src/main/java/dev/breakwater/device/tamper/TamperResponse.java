/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.erasure.Cause;
import dev.breakwater.device.erasure.Erasable;
import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.erasure.Receipt;
import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers tampering as the product decided: by erasing the device, keys first, or by stopping it
 * for good. Whatever the answer, it is given before it is reported.
 *
 * <pre>{@code
 * TamperResponse response =
 *         new TamperResponse(
 *                 TamperResponse.Choice.ERASE, List.of(lid), survivors, erasure, this::report);
 * if (response.stopped().isPresent()) {
 *     return; // stays off
 * }
 * // ... every second:
 * switch (response.look()) {
 *     case TamperResponse.Outcome.Calm() -> {}
 *     case TamperResponse.Outcome.Erased(_, _) -> restart();
 *     case TamperResponse.Outcome.Stopped(_) -> powerOff();
 * }
 * }</pre>
 *
 * <p>A report is an attempt: whoever opens a device can cut its line first. It can succeed at all
 * because the connection that stands outlives the key it was made with. Safe for use by many
 * threads.
 */
public final class TamperResponse {

    private static final Logger LOG = LoggerFactory.getLogger(TamperResponse.class);
    private static final String STOPPED = "tampered";

    /** What a product does when it is tampered with. */
    public enum Choice {
        /** It destroys its keys, then all its data. */
        ERASE,

        /** It stops, over restarts, until somebody erases it; its data stay. */
        STOP
    }

    /** What came of a look. */
    public sealed interface Outcome {

        /** Nothing was noticed. */
        record Calm() implements Outcome {}

        /** The device was erased: restart. */
        record Erased(Tampering tampering, Receipt receipt) implements Outcome {}

        /** The device stopped: switch it off. */
        record Stopped(Tampering tampering) implements Outcome {}
    }

    /** Tells the server, if that is still possible; returns soon in any case. */
    @FunctionalInterface
    public interface Report {

        /** Tells of it. */
        void tell(Tampering tampering);
    }

    private final Choice choice;
    private final List<TamperSignal> signals;
    private final SealedStorage survivors;
    private final Erasure erasure;
    private final Report report;

    /**
     * A response that nothing has called for yet.
     *
     * @param survivors where a stop is noted
     * @param report is told after the fact
     */
    public TamperResponse(
            Choice choice,
            List<TamperSignal> signals,
            SealedStorage survivors,
            Erasure erasure,
            Report report) {
        this.choice = choice;
        this.signals = List.copyOf(signals);
        this.survivors = survivors;
        this.erasure = erasure;
        this.report = report;
    }

    /**
     * A stop, to be given to {@link Erasure} with the other data: a device that was erased is not
     * stopped any more.
     */
    public static Erasable stopIn(SealedStorage survivors) {
        return Erasable.of("stop after tampering", () -> survivors.delete(STOPPED));
    }

    /**
     * Looks at every signal, and responds to the first that gives the alarm.
     *
     * @throws IOException if the response failed; it is to be tried again, and an erasure that was
     *     begun is finished by the next start
     */
    public synchronized Outcome look() throws IOException {
        for (TamperSignal signal : signals) {
            Optional<Tampering> noticed = poll(signal);
            if (noticed.isPresent()) {
                return respond(noticed.get());
            }
        }
        return new Outcome.Calm();
    }

    /** Responds to tampering that the product noticed itself. */
    public synchronized Outcome respond(Tampering tampering) throws IOException {
        LOG.error("Tampering: {}, {}", tampering.kind().code(), tampering.detail());
        Outcome outcome =
                switch (choice) {
                    case ERASE -> new Outcome.Erased(tampering, erasure.eraseNow(Cause.TAMPERED));
                    case STOP -> {
                        survivors.write(STOPPED, tampering.kind().name().getBytes(UTF_8));
                        yield new Outcome.Stopped(tampering);
                    }
                };
        try {
            report.tell(tampering);
        } catch (RuntimeException unreported) {
            LOG.warn("The tampering could not be reported", unreported);
        }
        return outcome;
    }

    /**
     * Why the device is stopped, if it is; to be asked at each start. What does not open counts as
     * a stop.
     */
    public synchronized Optional<Tampering.Kind> stopped() throws IOException {
        try {
            return survivors
                    .read(STOPPED)
                    .map(kind -> Tampering.Kind.valueOf(new String(kind, UTF_8)));
        } catch (SealedStorage.Damaged | IllegalArgumentException unreadable) {
            LOG.error("The device is stopped, and why cannot be read", unreadable);
            return Optional.of(Tampering.Kind.INTEGRITY_BROKEN);
        }
    }

    private static Optional<Tampering> poll(TamperSignal signal) {
        try {
            return signal.poll();
        } catch (IOException blind) {
            LOG.warn("A tamper signal cannot be read: {}", blind.toString());
            return Optional.empty();
        }
    }
}
