/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.server.release.Release;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Devices that are played as the agent does it: what is not acknowledged is said again on the next
 * connection, a restart forgets it, the words before a restart are waited for at most ten seconds,
 * and what runs is said at each start until it is acknowledged. They outlive every kill of the
 * server. Of one thread.
 */
final class PlayedFleet {

    private static final Duration FAREWELL_MAX = Duration.ofSeconds(10);
    private static final int INSTALLING_MS_MAX = 250;
    private static final int RESTART_MS_MAX = 100;

    private final Random random;
    private final Release release;
    private final Map<DeviceId, Player> players = new LinkedHashMap<>();
    private final Map<Long, Said> unacknowledged = new HashMap<>();
    private final PriorityQueue<Happening> happenings =
            new PriorityQueue<>(Comparator.comparingLong(Happening::at));
    private final List<String> refusals = new ArrayList<>();
    private @Nullable RolloutProcess server;
    private long numbers;
    private int acknowledged;
    private int installed;
    private int settled;
    private int offeredWhatRuns;
    private int unheard;
    private int unknown;

    private record Happening(long at, Runnable what) {}

    private record Said(long number, Player by, String json, boolean restarts, boolean runs) {

        /** It says what ran before anything was installed. */
        boolean tellsOfBefore() {
            return !runs && json.contains("\"running\"");
        }
    }

    /**
     * The fleet.
     *
     * @param lives how many lives the server has; some devices are off in the first of them
     */
    PlayedFleet(long seed, Release release, List<DeviceId> devices, int lives) {
        this.random = new Random(seed);
        this.release = release;
        for (DeviceId device : devices) {
            int on = random.nextInt(20) == 0 ? random.nextInt(lives) : 0;
            players.put(device, new Player(device, on));
        }
    }

    /** A server listens; everybody who is on comes to it. */
    void meet(RolloutProcess next, int life) {
        server = next;
        for (Player player : players.values()) {
            if (life >= player.onFrom && !player.isRestarting) {
                player.connect();
            }
        }
    }

    /** It is gone. */
    void lose(List<String> lastWords) {
        lastWords.forEach(this::heard);
        server = null;
    }

    /** What the server says, and what is due. */
    void heard(String line) {
        String[] words = line.split(" ", 4);
        switch (words[0]) {
            case "ack" -> settled(Long.parseLong(words[1]));
            case "no" -> {
                refusals.add(line);
                settled(Long.parseLong(words[1]));
            }
            case "offer" ->
                    player(DeviceId.parse(words[2])).offered(Long.parseLong(words[1]), words[3]);
            default -> throw new IllegalStateException(line);
        }
    }

    private void settled(long number) {
        Said said = unacknowledged.remove(number);
        if (said != null) {
            acknowledged++;
            said.by().acknowledged(said);
        }
    }

    private Player player(DeviceId device) {
        return Objects.requireNonNull(players.get(device));
    }

    /** Does what is due, and says how long nothing will be; empty if nothing ever will. */
    Optional<Duration> pass() {
        while (!happenings.isEmpty() && happenings.peek().at() - System.nanoTime() <= 0) {
            happenings.remove().what().run();
        }
        return Optional.ofNullable(happenings.peek())
                .map(next -> Duration.ofNanos(next.at() - System.nanoTime()));
    }

    private void in(Duration time, Runnable what) {
        happenings.add(new Happening(System.nanoTime() + time.toNanos(), what));
    }

    private void inMillis(int most, Runnable what) {
        in(Duration.ofMillis(random.nextInt(most)), what);
    }

    int acknowledged() {
        return acknowledged;
    }

    /** How often a device came to run the release, over all devices. */
    int installed() {
        return installed;
    }

    /** Devices whose word that they run the release has been acknowledged. */
    int settled() {
        return settled;
    }

    /** Offers to devices that run the release already. */
    int offeredWhatRuns() {
        return offeredWhatRuns;
    }

    /** Restarts whose announcement nobody had acknowledged. */
    int unheard() {
        return unheard;
    }

    /** Of these, the ones of devices of which nobody could know what they had run before. */
    int unknown() {
        return unknown;
    }

    List<String> refusals() {
        return refusals;
    }

    /** Devices by how often they have installed the release. */
    Map<Integer, Long> installations() {
        Map<Integer, Long> devices = new HashMap<>();
        players.values().forEach(player -> devices.merge(player.installations, 1L, Long::sum));
        return devices;
    }

    private final class Player {

        private final DeviceId device;
        private final int onFrom;
        private final Deque<Said> outbox = new ArrayDeque<>();
        private int installations;
        private boolean isSettled;

        /** What it ran before it installed anything has been acknowledged. */
        private boolean isKnown;

        private boolean isAtIt;
        private boolean isRestarting;
        private long session = -1;

        Player(DeviceId device, int onFrom) {
            this.device = device;
            this.onFrom = onFrom;
        }

        /** The first time it is a start, which says what runs. */
        void connect() {
            boolean isStart = session < 0 || isRestarting;
            isRestarting = false;
            session = numbers++;
            if (server != null) {
                server.connected(session, device);
            }
            outbox.forEach(this::send);
            if (isStart) {
                sayRunning();
            }
        }

        private void sayRunning() {
            boolean runs = installations > 0;
            say(
                    new UpdateStatus.Running(
                            runs ? Optional.of(release.hash().hex()) : Optional.empty(),
                            runs ? release.version() : new ReleaseVersion("1.0"),
                            runs ? release.description().releaseCounter() : 1,
                            "rev-a",
                            true),
                    false,
                    runs);
        }

        private void say(UpdateStatus status, boolean restarts, boolean runs) {
            byte[] json =
                    switch (status) {
                        case UpdateStatus.Progress progress -> progress.toJson();
                        case UpdateStatus.Running running -> running.toJson();
                    };
            Said said = new Said(numbers++, this, new String(json, US_ASCII), restarts, runs);
            outbox.add(said);
            unacknowledged.put(said.number(), said);
            send(said);
        }

        private void send(Said said) {
            if (server != null) {
                server.said(said.number(), device, said.json());
            }
        }

        void offered(long toSession, String json) {
            if (toSession != session || isRestarting) {
                return;
            }
            if (!(parsed(json) instanceof UpdateOffer.Standing offer)) {
                throw new IllegalStateException(json);
            }
            if (installations > 0) {
                offeredWhatRuns++;
                sayRunning();
            } else if (!isAtIt) {
                isAtIt = true;
                install(offer.rollout());
            }
        }

        private UpdateOffer parsed(String json) {
            try {
                return UpdateOffer.parse(json.getBytes(US_ASCII));
            } catch (MalformedMessage malformed) {
                throw new IllegalStateException(json, malformed);
            }
        }

        private void install(UUID rollout) {
            say(UpdateStatus.Progress.of(rollout, Step.DOWNLOADING), false, false);
            inMillis(
                    INSTALLING_MS_MAX,
                    () -> {
                        say(UpdateStatus.Progress.of(rollout, Step.VERIFYING), false, false);
                        say(UpdateStatus.Progress.of(rollout, Step.WRITING), false, false);
                        say(UpdateStatus.Progress.of(rollout, Step.RESTARTING), true, false);
                        in(
                                FAREWELL_MAX,
                                () -> {
                                    if (isAtIt) {
                                        unheard++;
                                        unknown += isKnown ? 0 : 1;
                                        restart();
                                    }
                                });
                    });
        }

        void acknowledged(Said said) {
            outbox.remove(said);
            if (said.restarts() && isAtIt) {
                restart();
            }
            isKnown |= said.tellsOfBefore();
            if (said.runs() && !isSettled) {
                isSettled = true;
                settled++;
            }
        }

        private void restart() {
            isAtIt = false;
            isRestarting = true;
            installations++;
            installed++;
            outbox.forEach(said -> unacknowledged.remove(said.number()));
            outbox.clear();
            if (server != null) {
                server.disconnected(device);
            }
            inMillis(RESTART_MS_MAX, this::comeBack);
        }

        /** It waits for the server if that is away. */
        private void comeBack() {
            if (server == null) {
                inMillis(RESTART_MS_MAX, this::comeBack);
            } else {
                connect();
            }
        }
    }
}
