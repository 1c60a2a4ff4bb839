/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a TPM, on which every step has a limit of time. A step runs on a thread of its
 * own, since nothing interrupts a read that waits in the kernel; one that is late is left behind,
 * with its connection.
 */
final class TpmConnection implements AutoCloseable {

    private static final Duration OPENING_MAX = Duration.ofSeconds(15);

    /** Threads that may hang in a TPM which does not answer; whoever comes then is refused. */
    private static final int LEFT_BEHIND_MAX = 4;

    private static final int NO_SESSIONS = 0x8001;
    private static final int SESSIONS = 0x8002;

    private static final AtomicInteger LEFT_BEHIND = new AtomicInteger();

    private final Line line;
    private boolean usable = true;

    private TpmConnection(Line line) {
        this.line = line;
    }

    static TpmConnection open(Path place) throws TpmFailure, InterruptedException {
        try {
            return new TpmConnection(within(OPENING_MAX, () -> Line.open(place)));
        } catch (TpmFailure known) {
            throw known;
        } catch (IOException | RuntimeException unopenable) {
            throw new TpmFailure(
                    "the TPM at %s cannot be opened: %s".formatted(place, unopenable), unopenable);
        }
    }

    /** Whether another command makes sense. */
    boolean usable() {
        return usable;
    }

    /**
     * Gives a command and returns what follows the header of its answer.
     *
     * @param body handles, authorizations and parameters
     */
    Unmarshaller exchange(Command command, boolean sessions, byte[] body)
            throws TpmFailure, InterruptedException {
        byte[] bytes =
                new Marshaller()
                        .u16(sessions ? SESSIONS : NO_SESSIONS)
                        .u32(Line.HEADER_BYTES + body.length)
                        .u32(command.code())
                        .raw(body)
                        .bytes();
        usable = false;
        Unmarshaller answer;
        try {
            answer = Unmarshaller.of(within(command.limit(), () -> line.exchange(bytes)));
        } catch (TpmFailure known) {
            throw known;
        } catch (IOException | RuntimeException lost) {
            throw new TpmFailure(
                    "the TPM is lost during %s: %s".formatted(command.title(), lost), lost);
        }
        int tag = answer.u16();
        answer.require(answer.left() + 2, answer.u32(), "its length");
        int code = answer.u32();
        if (code != 0) {
            answer.requireEnd();
            usable = true;
            throw TpmFailure.refusal(command, code);
        }
        answer.require(sessions ? SESSIONS : NO_SESSIONS, tag, "its tag");
        usable = true;
        return answer;
    }

    private static <T> T within(Duration limit, Callable<T> step)
            throws IOException, InterruptedException {
        if (LEFT_BEHIND.get() >= LEFT_BEHIND_MAX) {
            throw new TpmFailure(
                    "the TPM has not answered %d commands and is not asked again until it has"
                            .formatted(LEFT_BEHIND_MAX));
        }
        FutureTask<T> task = new FutureTask<>(step);
        // Set by whoever is first: the step when it ends, or its caller who does not wait longer.
        AtomicBoolean over = new AtomicBoolean();
        Thread _ =
                Thread.ofPlatform()
                        .daemon()
                        .name("breakwater-tpm")
                        .start(
                                () -> {
                                    try {
                                        task.run();
                                    } finally {
                                        if (over.getAndSet(true)) {
                                            LEFT_BEHIND.decrementAndGet();
                                        }
                                    }
                                });
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            leaveBehind(over);
            throw interrupted;
        } catch (TimeoutException late) {
            leaveBehind(over);
            throw new TpmFailure(
                    "the TPM did not answer within %d seconds".formatted(limit.toSeconds()), late);
        } catch (ExecutionException failed) {
            @Nullable Throwable cause = failed.getCause();
            if (cause instanceof IOException known) {
                throw known;
            }
            throw new TpmFailure("the TPM cannot be asked: " + cause, failed);
        }
    }

    private static void leaveBehind(AtomicBoolean over) {
        if (!over.getAndSet(true)) {
            LEFT_BEHIND.incrementAndGet();
        }
    }

    /** Late steps end with it where the system lets them; what cannot be closed is left. */
    @Override
    public void close() {
        try {
            line.close();
        } catch (IOException gone) {
            // Nothing is lost: what was loaded in the TPM goes with the connection.
            usable = false;
        }
    }
}
