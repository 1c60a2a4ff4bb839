/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.ServerAssembly;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.store.AuditArchive;
import dev.breakwater.server.store.DatabaseLocation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The life of one fish tank, chapter by chapter. It uses what everybody uses: the API over HTTPS,
 * EST, MQTT over TLS; it has no way of its own into the server.
 */
final class FishTankStory implements AutoCloseable {

    private static final String HOST = "localhost";
    private static final String TANK = "TANK-0001";
    private static final String SECOND_TANK = "TANK-0002";
    private static final String GUEST = "GUEST-0001";
    private static final String NEXT_OWNER = "carol@pond.example";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration ASK_AGAIN = Duration.ofMillis(20);

    private final Story story;
    private final OwnCommandLine commandLine;
    private final Path directory;
    private final Listeners ports;
    private @Nullable RunningServer server;
    private @Nullable Operator operator;
    private @Nullable Guest guest;
    private @Nullable PeopleStory people;
    private final TankProgress progress = new TankProgress();
    private final TankProgress secondProgress = new TankProgress();
    private @Nullable FishTankFirmware tank;
    private @Nullable FishTankFirmware secondTank;
    private String codes = "";
    private String product = "";
    private @Nullable Person nextOwner;
    private @Nullable OwnershipStory ownership;
    private @Nullable UpdateStory updates;

    FishTankStory(Story story, OwnCommandLine commandLine, Path directory, Listeners ports) {
        this.story = story;
        this.commandLine = commandLine;
        this.directory = directory;
        this.ports = ports;
    }

    /** Plays all chapters; afterwards a second tank and the server go on. */
    void play() throws Story.Failed {
        story.step("A server starts on an empty directory and makes its own CA", this::startServer);
        story.step("Its one-time setup code makes the first administrator", this::setUp);
        story.step(
                "The maker registers a product and a one-time code for its devices", this::prepare);
        story.step("The fish tank makes its own key and enrolls with the code", this::enroll);
        story.step("It connects with its own certificate", this::connect);
        story.step("It reports its state and its readings, all on disk", this::report);
        story.step("It obeys a command: feed", this::feed);
        story.step("It takes over a desired state: light on", this::light);
        story.step("A second device enrolls by EST, its key in a PEM file", this::enrollGuest);
        PeopleStory met = new PeopleStory(operator(), TANK, GUEST, PATIENCE);
        people = met;
        met.play(story);
        ownership(met).play(story);
        UpdateStory updated = updates(met);
        updates = updated;
        updated.play(story);
        story.step("The operator revokes the tank: it is cut off while connected", this::revoke);
        story.step("Switched off and on, with the same certificate, it is refused", this::refused);
        story.step("Another tank is not touched by any of this", this::another);
        story.step("The audit log holds every step, and its chain is whole", this::audit);
    }

    private OwnershipStory ownership(PeopleStory met) throws Story.Failed {
        try {
            Person carol =
                    Person.accept(
                            operator().profile(),
                            NEXT_OWNER,
                            "Carol",
                            operator().invite(NEXT_OWNER, "device-owner"));
            nextOwner = carol;
            var _ = carol.logIn();
            OwnershipStory owned =
                    new OwnershipStory(
                            operator(),
                            product,
                            server().listeners(),
                            directory,
                            met.buyer(),
                            carol,
                            PATIENCE);
            ownership = owned;
            return owned;
        } catch (IOException noTank) {
            throw new Story.Failed("A third tank is made", noTank);
        }
    }

    private UpdateStory updates(PeopleStory met) {
        return new UpdateStory(
                operator(),
                commandLine,
                product,
                directory,
                factory().provisioned(UpdateStory.serial()),
                met.buyer());
    }

    private Factory factory() {
        return new Factory(directory, server(), HOST, codes);
    }

    private String startServer() throws Exception {
        ServerNames names =
                new ServerNames(List.of(HOST), List.of(InetAddress.ofLiteral("127.0.0.1")));
        ServerConfiguration configuration =
                ServerConfiguration.withDefaults(
                        data(), directory.resolve("sealing.key"), names, ports);
        server = ServerAssembly.start(configuration, Clock.systemUTC());
        Listeners at = server.listeners();
        return "devices on %d, enrollment on %d, API on %d; TLS on all of them%nroot %s"
                .formatted(at.channel(), at.enrollment(), at.api(), Fingerprint.of(server.root()));
    }

    private String setUp() throws Exception {
        if (!(server().setup() instanceof FirstSetup.Announcement.NewCode(var code, _))) {
            throw new Story.Unexpected("a new server must print a setup code");
        }
        operator = Operator.setUp(apiAddress(), Fingerprint.of(server().root()), code.reveal());
        return "the code is used up; the token it gave is stored on the server as a hash";
    }

    private String prepare() {
        product = operator().createProduct("Smart fish tank");
        codes =
                operator()
                        .createEnrollmentCode(
                                product, TANK, SECOND_TANK, GUEST, UpdateStory.serial());
        return "good for three tanks and one device of another kind, one hour, once each";
    }

    private String enroll() throws Exception {
        tank = factory().start(TANK, progress);
        progress.await(state -> !(state instanceof AgentState.Unenrolled), "enrolled", PATIENCE);
        JsonNode device = operator().device(TANK);
        JsonNode certificates =
                operator()
                        .get(
                                ApiRequest.get(
                                        "devices", device.path("id").asString(), "certificates"))
                        .path("items");
        Story.expect(certificates.size() == 1, "one certificate is registered");
        return "device "
                + device.path("id").asString()
                + "%ncertificate %s, good until %s"
                        .formatted(
                                certificates.get(0).path("serialNumber").asString(),
                                certificates.get(0).path("notAfter").asString());
    }

    private String connect() throws Exception {
        progress.await(AgentState.Connected.class::isInstance, "connected", PATIENCE);
        JsonNode device = operator().device(TANK);
        Story.expect(
                device.path("connected").asBoolean(), "the server has a live session for the tank");
        return "MQTT 5 over mutual TLS; the server knows it by its certificate alone";
    }

    private String report() throws Exception {
        Story.expect(tank().flush(PATIENCE), "everything reported was acknowledged");
        String device = tankId();
        JsonNode reading =
                operator()
                        .get(ApiRequest.get("devices", device, "telemetry").with("limit", 1))
                        .at("/items/0");
        JsonNode reported =
                operator().get(ApiRequest.get("devices", device, "state")).path("reported");
        Story.expect(
                reading.path("reading").has("temperatureCelsius"), "telemetry holds a temperature");
        return "telemetry  "
                + reading.path("reading")
                + "%nstate      %s".formatted(reported.path("state"));
    }

    private String feed() throws Exception {
        JsonNode command =
                operator()
                        .command(tankId(), "feed", Operator.object().put("portions", 2), PATIENCE);
        Story.expect(
                command.path("state").asString().equals("succeeded"),
                "the command succeeded, but it is " + command);
        return "the tank replied " + command.path("result");
    }

    private String light() throws Exception {
        ObjectNode patch = Operator.object();
        patch.putObject("light").put("on", true).put("brightness", 70);
        operator().desire(tankId(), patch);
        JsonNode twin =
                await(
                        ApiRequest.get("devices", tankId(), "state"),
                        state -> state.at("/reported/state/light/on").asBoolean(false),
                        "the tank has not reported the desired state");
        return "reported version "
                + twin.at("/reported/version")
                + ": light "
                + twin.at("/reported/state/light");
    }

    private String enrollGuest() throws Exception {
        guest =
                Guest.enroll(
                        directory,
                        HOST,
                        server().listeners().enrollment(),
                        rootFingerprint(),
                        new DeviceSerial(GUEST),
                        codes);
        return "key and certificate are PEM files in " + directory;
    }

    private String revoke() throws Exception {
        long began = System.nanoTime();
        operator().revoke(tankId(), "demo: reported stolen");
        progress.await(state -> !(state instanceof AgentState.Connected), "cut off", PATIENCE);
        return "revoked, stored and disconnected in "
                + Duration.ofNanos(System.nanoTime() - began).toMillis()
                + " ms, API call included";
    }

    private String refused() throws Exception {
        tank().close();
        TankProgress thief = new TankProgress();
        tank = factory().start(TANK, thief);
        AgentState state = thief.await(AgentState.Refused.class::isInstance, "refused", PATIENCE);
        tank.close();
        JsonNode entry = awaitAuditEntry("channel.refused");
        return "the tank reads \"%s\"%nthe operator reads \"%s\""
                .formatted(
                        ((AgentState.Refused) state).reason().text(),
                        entry.path("subject").asString());
    }

    private String another() throws Exception {
        secondTank = factory().start(SECOND_TANK, secondProgress);
        secondProgress.await(AgentState.Connected.class::isInstance, "connected", PATIENCE);
        Story.expect(secondTank.flush(PATIENCE), "the second tank reports");
        return SECOND_TANK + " enrolled, connected and reported";
    }

    private String audit() throws Exception {
        try (AuditArchive archive =
                AuditArchive.open(
                        new DatabaseLocation.SqliteFile(
                                data().resolve(ServerConfiguration.SQLITE_FILE)))) {
            return switch (archive.verify(Optional.empty())) {
                case AuditChain.Verdict.Intact intact ->
                        intact.entries() + " entries, head " + intact.headHash();
                case AuditChain.Verdict.Broken broken ->
                        throw new Story.Unexpected(
                                "entry " + broken.sequence() + ": " + broken.why());
                case AuditChain.Verdict.HeadMissing _ ->
                        throw new IllegalStateException("no head was kept to be missed");
            };
        }
    }

    /** Refusals are audited right after they are answered, so this may have to ask again. */
    private JsonNode awaitAuditEntry(String action) throws Exception {
        JsonNode page =
                await(
                        ApiRequest.get("audit-entries").with("limit", 50),
                        entries -> newest(entries, action).isPresent(),
                        "the audit log has no entry " + action);
        return newest(page, action).orElseThrow();
    }

    private static Optional<JsonNode> newest(JsonNode page, String action) {
        for (JsonNode entry : page.path("items")) {
            if (entry.path("action").asString().equals(action)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /** Asks until it is so; the API has no event stream yet. */
    private JsonNode await(ApiRequest request, Predicate<JsonNode> wanted, String otherwise)
            throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode answer = operator().get(request);
            if (wanted.test(answer)) {
                return answer;
            }
            Thread.sleep(ASK_AGAIN);
        }
        throw new Story.Unexpected(otherwise + " after " + PATIENCE.toSeconds() + " s");
    }

    private String tankId() throws Story.Unexpected {
        return operator().device(TANK).path("id").asString();
    }

    Path data() {
        return directory.resolve("data");
    }

    URI apiAddress() {
        return URI.create("https://" + HOST + ":" + server().listeners().api());
    }

    private RootFingerprint rootFingerprint() {
        return RootFingerprint.of(server().root());
    }

    RunningServer server() {
        return told(server);
    }

    Operator operator() {
        return told(operator);
    }

    Guest guest() {
        return told(guest);
    }

    private FishTankFirmware tank() {
        return told(tank);
    }

    private static <T> T told(@Nullable T character) {
        if (character == null) {
            throw new IllegalStateException("the story has not come to this character yet");
        }
        return character;
    }

    /** Ends whatever still runs: the tanks, then the server. */
    @Override
    public void close() {
        if (tank != null) {
            tank.close();
        }
        if (secondTank != null) {
            secondTank.close();
        }
        if (updates != null) {
            updates.close();
        }
        if (ownership != null) {
            ownership.close();
        }
        if (nextOwner != null) {
            nextOwner.close();
        }
        if (people != null) {
            people.close();
        }
        if (operator != null) {
            operator.close();
        }
        if (server != null) {
            server.close();
        }
    }
}
