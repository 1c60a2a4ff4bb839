/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditChain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Kills a server over and over while devices and an operator use it, most times at work and
 * sometimes while it starts, and compares what it had promised with what is there.
 */
final class KillDrill {

    private static final int PUBLISHERS = 4;
    private static final int NEWCOMERS_MAX = 9_000;
    private static final int WORK_MILLIS_MAX = 800;
    private static final int STARTING_MILLIS_MAX = 2_500;

    /** One start in so many is killed before it listens. */
    private static final int STARTS_PER_EARLY_KILL = 5;

    private final ServerPlace place;
    private final Random random;
    private final Administrator administrator;
    private final ServerTrust trust;
    private final String code;
    private final Promises promises;
    private Optional<String> auditHead = Optional.empty();
    private long auditEntries;
    private final Set<String> unregistered = new HashSet<>();
    private final Set<String> unrecorded = new HashSet<>();
    private final List<String> auditBreaks = new ArrayList<>();

    private KillDrill(
            ServerPlace place,
            Random random,
            Administrator administrator,
            ServerTrust trust,
            String code,
            Promises promises) {
        this.place = place;
        this.random = random;
        this.administrator = administrator;
        this.trust = trust;
        this.code = code;
        this.promises = promises;
    }

    /** A server with an administrator and the devices that will publish, killed once already. */
    static KillDrill prepare(Path directory, long seed) throws Exception {
        ServerPlace place =
                ServerPlace.in(
                        directory,
                        "[limits]",
                        "api-requests-per-second-per-source = 100000",
                        "api-requests-per-second-per-organization = 100000",
                        "api-requests-per-second-per-token = 100000",
                        "device-publishes-per-second = 100000",
                        "device-publishes-per-second-highest = 100000",
                        "commands-queued-per-device = 10000");
        try (ServerProcess server = ServerProcess.start(place)) {
            Administrator administrator = Administrator.setUp(server);
            String product = administrator.createProduct("Drilled");
            List<String> publishing = serials("PUBLISHER-%d", PUBLISHERS);
            List<String> newcomers = serials("NEWCOMER-%d", NEWCOMERS_MAX);
            String first = administrator.createEnrollmentCode(product, publishing);
            ServerTrust trust = EnrolledDevice.trust(server);
            List<EnrolledDevice> publishers = new ArrayList<>();
            for (String serial : publishing) {
                publishers.add(EnrolledDevice.enroll(place, trust, serial, first));
            }
            Promises promises =
                    new Promises(publishers, newcomers.stream().map(DeviceSerial::new).toList());
            return new KillDrill(
                    place,
                    new Random(seed),
                    administrator,
                    trust,
                    administrator.createEnrollmentCode(product, newcomers),
                    promises);
        }
    }

    private static List<String> serials(String form, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(form::formatted).toList();
    }

    /** Starts the server, kills it at a random moment, and looks at what it left. */
    void round() throws Exception {
        if (random.nextInt(STARTS_PER_EARLY_KILL) == 0) {
            killWhileStarting(random.nextInt(STARTING_MILLIS_MAX));
        } else {
            killAtWork(random.nextInt(WORK_MILLIS_MAX));
        }
        inspect(new LeftOnDisk(place.database()));
    }

    private void killWhileStarting(int millis) throws Exception {
        try (RunningProcess process = place.launch()) {
            pass(millis);
            if (!process.isRunning()) {
                throw new AssertionError("the server ended by itself:\n" + process.output());
            }
            process.kill();
        }
    }

    private void killAtWork(int millis) throws Exception {
        try (ServerProcess server = ServerProcess.start(place);
                Administrator operator = administrator.again()) {
            Load load = Load.begin(place, promises, operator, trust, code);
            load.awaitUnderway();
            pass(millis);
            load.announceKill();
            server.kill();
            load.join();
        }
    }

    /** Lets time pass, during which the server is at work. */
    private static void pass(int millis) throws InterruptedException {
        boolean over = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        if (over) {
            throw new AssertionError("nobody counts this latch down");
        }
    }

    private void inspect(LeftOnDisk left) throws Exception {
        switch (left.audit(auditHead)) {
            case AuditChain.Verdict.Intact intact -> {
                auditEntries = intact.entries();
                auditHead = Optional.of(intact.headHash());
            }
            case AuditChain.Verdict other -> auditBreaks.add(other.toString());
        }
        Set<String> registered = left.registered();
        Set<String> recorded = left.recorded();
        registered.stream().filter(one -> !recorded.contains(one)).forEach(unrecorded::add);
        for (EnrolledDevice device : promises.enrolled()) {
            String fingerprint = Fingerprint.of(device.leaf()).hex();
            if (!registered.contains(fingerprint)) {
                unregistered.add(fingerprint);
            }
            if (!recorded.contains(fingerprint)) {
                unrecorded.add(fingerprint);
            }
        }
    }

    /** Starts the server a last time and asks it for everything it promised. */
    Figures finish() throws Exception {
        int lostReadings = 0;
        int lostCommands = 0;
        try (ServerProcess server = ServerProcess.start(place);
                Administrator operator = administrator.again()) {
            for (EnrolledDevice device : promises.publishers()) {
                lostReadings += lostReadings(operator, device);
                lostCommands += lostCommands(operator, device);
            }
            for (EnrolledDevice device : promises.enrolled()) {
                String fingerprint = Fingerprint.of(device.leaf()).hex();
                if (!isRegistered(operator, device, fingerprint)) {
                    unregistered.add(fingerprint);
                }
            }
            server.stop();
        }
        inspect(new LeftOnDisk(place.database()));
        return new Figures(
                promises.acknowledgedCount(),
                lostReadings,
                promises.commandCount(),
                lostCommands,
                promises.enrolled().size(),
                unregistered.size(),
                unrecorded.size(),
                auditEntries,
                List.copyOf(auditBreaks),
                promises.failures());
    }

    private int lostReadings(Administrator operator, EnrolledDevice device) {
        BitSet missing = promises.acknowledged(device);
        for (JsonNode item : operator.telemetry(device.id())) {
            missing.clear(item.at("/reading/number").intValue());
        }
        return missing.cardinality();
    }

    private int lostCommands(Administrator operator, EnrolledDevice device) {
        Set<String> missing = new HashSet<>(promises.commands(device));
        operator.commands(device.id()).forEach(one -> missing.remove(one.path("id").asString()));
        return missing.size();
    }

    private static boolean isRegistered(
            Administrator operator, EnrolledDevice device, String fingerprint) {
        for (JsonNode certificate : operator.certificates(device.id())) {
            if (certificate.path("fingerprint").asString().equals(fingerprint)) {
                return certificate.path("status").asString().equals("active");
            }
        }
        return false;
    }

    /** How far it has come, for a reader. */
    String progress() {
        return "%d readings, %d commands, %d certificates promised; audit chain of %d entries"
                .formatted(
                        promises.acknowledgedCount(),
                        promises.commandCount(),
                        promises.enrolled().size(),
                        auditEntries);
    }

    /** What came out. */
    record Figures(
            int readingsAcknowledged,
            int readingsLost,
            int commandsAcknowledged,
            int commandsLost,
            int certificatesReceived,
            int certificatesUnregistered,
            int certificatesUnrecorded,
            long auditEntries,
            List<String> auditBreaks,
            List<Throwable> failuresBeforeKill) {

        @Override
        public String toString() {
            return """
                    readings acknowledged %d, lost %d
                    commands acknowledged %d, lost %d
                    certificates received %d, not registered %d, not recorded %d
                    audit entries %d, %s
                    failures before a kill %d"""
                    .formatted(
                            readingsAcknowledged,
                            readingsLost,
                            commandsAcknowledged,
                            commandsLost,
                            certificatesReceived,
                            certificatesUnregistered,
                            certificatesUnrecorded,
                            auditEntries,
                            auditBreaks.isEmpty() ? "chain intact" : auditBreaks.toString(),
                            failuresBeforeKill.size());
        }
    }
}
