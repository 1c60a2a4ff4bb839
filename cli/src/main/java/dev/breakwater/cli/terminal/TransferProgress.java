/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far an upload or a download has come. On a screen it is one line that is drawn over itself,
 * ten times a second at most, and is gone at the end; elsewhere, where each line stays, a sentence
 * every {@value #SENTENCE_SECONDS} seconds at most, on standard error, and none for what is
 * quicker.
 *
 * <pre>{@code
 * try (TransferProgress progress = new TransferProgress(terminal, "tank.zip", length, clock)) {
 *     for (long sent = resumedAt; sent < length; sent = send(part)) {
 *         progress.at(sent);
 *     }
 * }
 * }</pre>
 *
 * <p>The pace is that of this run: what an earlier one had transferred is there, but took no time.
 * Not safe for use by several threads.
 */
public final class TransferProgress implements AutoCloseable {

    private static final Duration REDRAW_EVERY = Duration.ofMillis(100);
    private static final int SENTENCE_SECONDS = 10;

    /** Before it, a pace says more about buffers than about the line. */
    private static final Duration PACE_AFTER = Duration.ofSeconds(1);

    private final Terminal terminal;
    private final String what;
    private final long totalBytes;
    private final InstantSource clock;
    private final boolean screen;
    private final Instant begun;
    private long atFirst = -1;
    private @Nullable Instant shown;

    /**
     * Nothing is shown before {@link #at} is called.
     *
     * @param what its name, as the line shows it
     * @param totalBytes how much it will be
     */
    public TransferProgress(Terminal terminal, String what, long totalBytes, InstantSource clock) {
        this.terminal = terminal;
        this.what = what;
        this.totalBytes = totalBytes;
        this.clock = clock;
        this.screen = terminal.canRedraw();
        this.begun = clock.instant();
    }

    /** So many bytes are there; the first call says with how many it begins. */
    public void at(long bytes) {
        Instant now = clock.instant();
        if (atFirst < 0) {
            atFirst = bytes;
        }
        if (screen) {
            if (shown == null || !now.isBefore(shown.plus(REDRAW_EVERY)) || bytes >= totalBytes) {
                shown = now;
                terminal.redrawLine(line(bytes, now));
            }
        } else if (!now.isBefore((shown == null ? begun : shown).plusSeconds(SENTENCE_SECONDS))) {
            shown = now;
            terminal.say(line(bytes, now));
        }
    }

    private String line(long bytes, Instant now) {
        StringBuilder line =
                new StringBuilder(what)
                        .append("  ")
                        .append(Bar.of(bytes, totalBytes))
                        .append("  ")
                        .append(ByteCount.of(bytes))
                        .append(" of ")
                        .append(ByteCount.of(totalBytes));
        pace(bytes, now)
                .ifPresent(
                        perSecond ->
                                line.append("  ")
                                        .append(ByteCount.of((long) perSecond.doubleValue()))
                                        .append("/s  ")
                                        .append(left(bytes, perSecond)));
        return line.toString();
    }

    /** Bytes a second, once there is a pace to speak of. */
    private Optional<Double> pace(long bytes, Instant now) {
        Duration past = Duration.between(begun, now);
        double perSecond = (bytes - atFirst) / (past.toNanos() / 1e9);
        return past.compareTo(PACE_AFTER) < 0 || perSecond < 1
                ? Optional.empty()
                : Optional.of(perSecond);
    }

    private String left(long bytes, double perSecond) {
        long seconds = (long) Math.ceil(Math.max(0, totalBytes - bytes) / perSecond);
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d left", seconds / 60, seconds % 60)
                : String.format(
                        Locale.ROOT, "%d h %02d min left", seconds / 3600, seconds / 60 % 60);
    }

    /** Takes the line away; what became of the transfer is the caller's to say. */
    @Override
    public void close() {
        if (screen && shown != null) {
            terminal.eraseLine();
        }
    }
}
