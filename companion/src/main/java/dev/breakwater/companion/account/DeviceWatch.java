/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.companion.account.EventFrames.Frame;
import dev.breakwater.protocol.DeviceId;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What happens to an owner's devices, as it happens. A broken connection is made again where it
 * broke, and the access token is renewed on the way, so that nothing is told twice and nothing is
 * missed without a word.
 */
public final class DeviceWatch {

    /** The server says something every 15 seconds; after three silences it counts as gone. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(45);

    private static final Duration PAUSE_FIRST = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final int PROBLEM_BYTES_MAX = 64 * 1024;

    private final Asking asking;

    DeviceWatch(Asking asking) {
        this.asking = asking;
    }

    /** Is told what happens, on the thread that watches; what takes long delays what follows. */
    @FunctionalInterface
    public interface Listener {

        /** Something has happened; false if that is enough. */
        boolean happened(OwnEvent event);
    }

    /**
     * Watches until the listener has enough, the session ends, or the thread is interrupted. Blocks
     * as long.
     *
     * @param device only of this one; all of the owner's if empty
     * @return {@link Outcome.Unreachable} only if the very first attempt fails
     */
    public Outcome<Nothing> follow(Optional<DeviceId> device, Listener listener)
            throws IOException, InterruptedException {
        return Asking.outcome(
                () -> {
                    Watching watching =
                            new Watching(
                                    Call.get("events")
                                            .with("device", device)
                                            .with("kinds", Optional.of("state,command,device")),
                                    listener);
                    while (watching.connection()) {
                        watching.pause();
                    }
                    return Nothing.NOTHING;
                });
    }

    /** How far one watch has come. */
    private final class Watching {

        private final Call call;
        private final Listener listener;
        private Optional<String> lastId = Optional.empty();
        private boolean begun;
        private boolean renewed;
        private Duration pause = PAUSE_FIRST;

        Watching(Call call, Listener listener) {
            this.call = call;
            this.listener = listener;
        }

        /** One connection; false if the listener has enough. */
        boolean connection() throws Stopped, IOException, InterruptedException {
            String token = asking.session().token();
            try {
                HttpResponse<InputStream> response = asking.calls().open(call, token, lastId);
                try (InputStream body = response.body()) {
                    if (response.statusCode() != 200) {
                        return refused(response, body, token);
                    }
                    begun = true;
                    renewed = false;
                    return goesOn(new EventFrames(body), body, token);
                }
            } catch (IOException broken) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                String sentence = asking.calls().sentence(broken, call);
                if (!begun) {
                    throw Stopped.unreachable(sentence, broken);
                }
                return listener.happened(new OwnEvent.Broken(sentence));
            }
        }

        private boolean refused(HttpResponse<InputStream> response, InputStream body, String token)
                throws Stopped, IOException, InterruptedException {
            Answer answer =
                    new Answer(
                            response.statusCode(),
                            body.readNBytes(PROBLEM_BYTES_MAX),
                            "*",
                            Calls.retryAfter(response));
            if (answer.isProblem("authentication-needed")) {
                if (renewed) {
                    throw asking.session().over();
                }
                renew(token);
                return true;
            }
            Refusal refusal = answer.refusal();
            if (begun && refusal.kind() == Refusal.Kind.LATER) {
                return listener.happened(new OwnEvent.Broken(refusal.sentence()));
            }
            throw Stopped.refused(refusal);
        }

        /** The store's own failure must not pass for a broken connection. */
        private void renew(String token) throws Stopped, InterruptedException {
            try {
                String _ = asking.session().tokenInsteadOf(token);
                renewed = true;
            } catch (IOException notKept) {
                throw Stopped.loggedOut(
                        "The session was renewed and could not be kept ("
                                + notKept.getMessage()
                                + "); log in again.");
            }
        }

        private boolean goesOn(EventFrames frames, InputStream body, String token)
                throws Stopped, IOException, InterruptedException {
            Thread watchdog = watchdog(frames, body);
            try {
                for (Optional<Frame> frame = frames.next();
                        frame.isPresent();
                        frame = frames.next()) {
                    pause = PAUSE_FIRST;
                    lastId = frame.get().id().or(() -> lastId);
                    if (frame.get().name().equals("end")) {
                        return ended(frame.get(), token);
                    }
                    Optional<OwnEvent> event = event(frame.get());
                    if (event.isPresent() && !listener.happened(event.get())) {
                        return false;
                    }
                }
            } finally {
                watchdog.interrupt();
            }
            return listener.happened(new OwnEvent.Broken("The connection has ended."));
        }

        private Optional<OwnEvent> event(Frame frame) throws Stopped {
            if (frame.name().isEmpty()) {
                return Optional.empty();
            }
            try {
                return OwnEvent.of(
                        frame.name(), Answer.json(frame.data().getBytes(StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException unreadable) {
                throw Asking.notUnderstood(unreadable);
            }
        }

        /** The token may be over and the session not: then it goes on with the next token. */
        private boolean ended(Frame frame, String token) throws Stopped, InterruptedException {
            if (frame.data().contains("credential-over")) {
                renew(token);
                return true;
            }
            return listener.happened(new OwnEvent.Broken("The server has ended the stream."));
        }

        private void pause() throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            Duration next = pause.multipliedBy(2);
            pause = next.compareTo(PAUSE_MAX) < 0 ? next : PAUSE_MAX;
        }
    }

    /** Closes what has fallen silent: a phone that changed networks is told nothing of it. */
    private static Thread watchdog(EventFrames frames, InputStream body) {
        return Thread.ofVirtual()
                .name("breakwater-watch")
                .start(
                        () -> {
                            try {
                                long left = SILENCE_MAX.toNanos();
                                while (left > 0) {
                                    TimeUnit.NANOSECONDS.sleep(left);
                                    left = SILENCE_MAX.toNanos() - frames.silentNanos();
                                }
                                body.close();
                            } catch (InterruptedException over) {
                                Thread.currentThread().interrupt();
                            } catch (IOException closed) {
                                // Whoever reads finds the end all the same.
                            }
                        });
    }
}
