/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.ProfileFile;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.OwnUpdate;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The chapters in which a tank gets new software: a version that its owner approves, one that it
 * takes back by itself, and one that a thief has signed. The maker uses the command line, the owner
 * a phone; the tank is a process of its own.
 */
final class UpdateStory implements AutoCloseable {

    private static final String TANK = "TANK-0004";
    private static final String REPOSITORY = "update-repository";
    private static final Duration ASK_AGAIN = Duration.ofMillis(50);

    /** Three processes of Java may start in it, one after the other. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** It says that the water boils, and no fish would believe it. */
    private static final double WRONG_CELSIUS = 75;

    private final Operator operator;
    private final OwnCommandLine commandLine;
    private final String product;
    private final String provisioned;
    private final Person owner;
    private final Path directory;
    private final Path settings;
    private final ShippedTank tank;
    private @Nullable Phone phone;
    private @Nullable OwnDevice owned;

    /**
     * A maker with a product.
     *
     * @param directory where the maker's keys and archives lie, and the tank's storage
     * @param provisioned what the factory tells the tank of its server, with a code to enroll
     * @param owner who has the tank
     */
    UpdateStory(
            Operator operator,
            OwnCommandLine commandLine,
            String product,
            Path directory,
            ObjectNode provisioned,
            Person owner) {
        this.operator = operator;
        this.commandLine = commandLine;
        this.product = product;
        this.directory = directory;
        this.settings = directory.resolve("settings");
        this.provisioned = provisioned.put("serial", TANK).toString();
        this.owner = owner;
        this.tank = new ShippedTank(directory, TANK);
    }

    static String serial() {
        return TANK;
    }

    void play(Story story) throws Story.Failed {
        story.step("The maker makes release keys, of which the server gets none", this::makeKeys);
        story.step("A fourth tank is shipped with version 1.0, and trusts these keys", this::ship);
        story.step("Version 1.1 is scanned for secrets, signed and published", this::publish);
        story.step("A rollout offers it; its owner reads the notes and approves", this::approve);
        story.step("The tank restarts into 1.1, is well, and says so: confirmed", this::confirm);
        story.step("Version 1.2 is bad: the tank takes it back by itself", this::takeBack);
        story.step("Version 1.3 is signed by a thief: nobody takes it", this::forge);
    }

    private String makeKeys() throws Exception {
        Path profile = settings.resolve("breakwater").resolve("profile.toml");
        Files.createDirectories(profile.getParent());
        try (ProfileFile.Reservation reservation = new ProfileFile(profile).reserve(false)) {
            reservation.store(operator.profile());
        }
        Files.createFile(
                passphrase(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passphrase(), "only in this demo it lies beside the keys\n");
        run(
                "release",
                "keys",
                "init",
                "--product",
                product,
                "--directory",
                keys().toString(),
                "--root-passphrase-file",
                passphrase().toString(),
                "--release-passphrase-file",
                passphrase().toString());
        JsonNode repository = operator.get(ApiRequest.get("products", product, REPOSITORY));
        return "root: any 2 of 3 keys, releases: 1 key, in files that a passphrase seals%nthe server has one of its own, for what is fresh, and signs no release: %s"
                .formatted(repository.at("/onlineKeys/0/keyId").asString());
    }

    private String ship() throws Exception {
        tank.build(archive("1.0", 1, 0), provisioned);
        tank.switchOn();
        String version =
                reported(state -> state.at("/firmware/version").isString())
                        .at("/firmware/version")
                        .asString();
        operator.post(
                Operator.object()
                        .put(
                                "memberId",
                                owner.acting().get(ApiRequest.get("me")).path("id").asString()),
                "devices",
                device(),
                "owners");
        Phone theirs = owner.phone();
        phone = theirs;
        owned = theirs.device(new DeviceSerial(TANK));
        return "it runs %s in a process of its own, and is %s's".formatted(version, owner.email());
    }

    private String publish() throws Exception {
        JsonNode release = publish("1.1", 2, 0, "The light dims slowly in the evening.");
        return "%s, %d bytes, counter %d"
                .formatted(
                        release.path("path").asString(),
                        release.path("length").asLong(),
                        release.path("counter").asLong());
    }

    private String approve() throws Exception {
        String rollout = propose("1.1");
        OwnUpdate shown = approved("1.1");
        return "rollout %s%nthe phone shows %s: \"%s\""
                .formatted(rollout, shown.version(), shown.notes());
    }

    private String confirm() throws Exception {
        JsonNode rollout = awaitRollout("1.1", all -> state(all).equals("completed"));
        Story.expect(runs().equals("1.1"), "the tank runs 1.1, but it runs " + runs());
        return "the rollout is %s; the tank runs %s".formatted(state(rollout), runs());
    }

    private String takeBack() throws Exception {
        var _ = publish("1.2", 3, WRONG_CELSIUS, "Reads the thermometer twice as often.");
        var _ = propose("1.2");
        var _ = approved("1.2");
        JsonNode rollout = awaitRollout("1.2", all -> state(all).equals("paused"));
        reported(state -> state.at("/firmware/version").asString("").equals("1.1"));
        return "the rollout is paused: %s%nthe tank runs %s again"
                .formatted(rollout.path("pausedFor").asString(), runs());
    }

    private String forge() throws Exception {
        JsonNode repository = operator.get(ApiRequest.get("products", product, REPOSITORY));
        long version = repository.at("/targets/version").asLong();
        byte[] current =
                operator.file("products", product, REPOSITORY, "files", version + ".targets.json");
        Targets before = MetadataReader.targets(current).unverified();
        KeyPair thief = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Map<String, TargetFile> targets = new HashMap<>(before.targets());
        TargetFile genuine = targets.values().iterator().next();
        targets.put(
                "1.3/tank-1.3.zip",
                new TargetFile(genuine.length(), genuine.hashes(), described(genuine).toCustom()));
        byte[] forged =
                MetadataWriter.sign(
                        new Targets(version + 1, before.expires(), targets, before.delegations()),
                        List.of(new PrivateKeySigner(thief.getPrivate(), thief.getPublic())));
        String refusal =
                Person.refusal(
                        () ->
                                operator.send(
                                        ApiRequest.putFile(
                                                        forged,
                                                        "products",
                                                        product,
                                                        REPOSITORY,
                                                        "targets")
                                                .onlyIf("*")));
        return "the server says \"%s\"%nno device would believe it either: it asks for the same signatures"
                .formatted(refusal);
    }

    /** The newest of all, as the thief describes it. */
    private static ReleaseDescription described(TargetFile genuine) throws MalformedMetadata {
        ReleaseDescription release = ReleaseDescription.of(genuine);
        return new ReleaseDescription(
                release.productId(),
                new ReleaseVersion("1.3"),
                /* releaseCounter= */ 4,
                release.hardwareIds(),
                release.minFromVersion(),
                release.rollbackFloor(),
                release.storageManifest(),
                release.notes(),
                release.securityRelevant());
    }

    private Path archive(String version, long counter, double off) throws Exception {
        byte[] root = Files.readAllBytes(keys().resolve("root.json"));
        return ShippedTank.archive(directory, root, product, version, counter, off);
    }

    private JsonNode publish(String version, long counter, double off, String notes)
            throws Exception {
        return run(
                "release",
                "publish",
                archive(version, counter, off).toString(),
                "--product",
                product,
                "--version",
                version,
                "--counter",
                Long.toString(counter),
                "--hardware",
                ShippedTank.HARDWARE,
                "--notes",
                notes,
                "--key",
                keys().resolve("release-1.pem").toString(),
                "--passphrase-file",
                passphrase().toString());
    }

    private String propose(String version) throws Exception {
        return run(
                        "rollout",
                        "propose",
                        product,
                        version,
                        "--serials",
                        TANK,
                        "--wave",
                        "100%:0s",
                        "--failures-tolerated",
                        "0")
                .path("id")
                .asString();
    }

    /** What the owner was shown of a version, and has approved. */
    private OwnUpdate approved(String version) throws Exception {
        Phone theirs = told(phone);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<OwnUpdate> shown = theirs.update(told(owned));
            if (shown.isPresent()
                    && shown.get().version().equals(version)
                    && shown.get().asksOwner()) {
                return theirs.approve(shown.get());
            }
            Thread.sleep(ASK_AGAIN);
        }
        throw new Story.Unexpected("nobody asks the owner about %s%n%s".formatted(version, said()));
    }

    private JsonNode awaitRollout(String version, Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode last = JsonMapper.shared().createObjectNode();
        while (System.nanoTime() < deadline) {
            for (JsonNode rollout : operator.get(ApiRequest.get("rollouts")).path("items")) {
                if (rollout.path("version").asString("").equals(version)) {
                    last = rollout;
                }
            }
            if (wanted.test(last)) {
                return last;
            }
            Thread.sleep(ASK_AGAIN);
        }
        throw new Story.Unexpected("the rollout stands at %s%n%s".formatted(last, said()));
    }

    private static String state(JsonNode rollout) {
        return rollout.path("state").asString("");
    }

    private String runs() throws Exception {
        return reported(state -> true).at("/firmware/version").asString("");
    }

    /** What the tank has reported, as soon as it is as wanted. */
    private JsonNode reported(Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode devices = operator.get(ApiRequest.get("devices").with("serial", TANK));
            JsonNode id = devices.at("/items/0/id");
            if (id.isString()) {
                JsonNode state =
                        operator.get(ApiRequest.get("devices", id.asString(), "state"))
                                .at("/reported/state");
                if (wanted.test(state)) {
                    return state;
                }
            }
            Thread.sleep(ASK_AGAIN);
        }
        throw new Story.Unexpected("the tank has not reported that%n%s".formatted(said()));
    }

    private String device() throws Story.Unexpected {
        return operator.device(TANK).path("id").asString();
    }

    /** What the tank says on its console, for whoever has to find out why a step failed. */
    private String said() throws Exception {
        return tank.said();
    }

    /** Runs a command as the maker would, and returns what it printed as JSON. */
    private JsonNode run(String... words) throws Story.Unexpected {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--output";
        all[words.length + 1] = "json";
        int ended =
                commandLine.run(
                        settings, new Terminal(new PrintWriter(out), new PrintWriter(err)), all);
        Story.expect(
                ended == 0,
                "breakwater %s ended with %d: %s".formatted(String.join(" ", words), ended, err));
        return JsonMapper.shared().readTree(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Path keys() {
        return directory.resolve("keys");
    }

    private Path passphrase() {
        return directory.resolve("passphrase");
    }

    private static <T> T told(@Nullable T character) {
        if (character == null) {
            throw new IllegalStateException("the story has not come to this yet");
        }
        return character;
    }

    /** Switches the tank off. */
    @Override
    public void close() {
        tank.close();
        if (phone != null) {
            phone.close();
        }
    }
}
