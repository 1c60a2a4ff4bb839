/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.Ownership;
import dev.breakwater.companion.account.Standing;
import dev.breakwater.device.AgentState;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.server.Listeners;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The chapters in which a tank belongs to somebody: set up by phone, stolen and found, sold. Owners
 * use their phones, the maker the API.
 */
final class OwnershipStory implements AutoCloseable {

    private static final String TANK = "TANK-0003";
    private static final String PASSPHRASE = "corals at night";
    private static final Duration ASK_AGAIN = Duration.ofMillis(20);

    private final Operator operator;
    private final String product;
    private final Listeners ports;
    private final Duration patience;
    private final Person seller;
    private final Person taker;
    private final SoldTank tank;
    private final TankProgress progress = new TankProgress();
    private @Nullable Phone sellers;
    private @Nullable Phone takers;
    private @Nullable OwnDevice owned;

    /**
     * People around a tank that nobody has bought yet.
     *
     * @param directory where its storage lies
     * @param seller buys it first
     * @param taker buys it from them
     */
    OwnershipStory(
            Operator operator,
            String product,
            Listeners ports,
            Path directory,
            Person seller,
            Person taker,
            Duration patience)
            throws IOException {
        this.operator = operator;
        this.product = product;
        this.ports = ports;
        this.seller = seller;
        this.taker = taker;
        this.patience = patience;
        this.tank = new SoldTank(directory, TANK, PASSPHRASE);
    }

    void play(Story story) throws Story.Failed {
        story.step(
                "The maker enters the label of a third tank, and sells it in its box", this::box);
        story.step("Its buyer reads the label, and sets it up with a phone", this::setUp);
        story.step("What lies in the tank tells a thief nothing", this::search);
        story.step("It is stolen: its owner says so, and it is cut off", this::steal);
        story.step("It is found, and switched on again", this::find);
        story.step("It is sold: it erases itself and sends a receipt", this::sell);
        story.step("Its next owner sets it up, and sees nothing of the last", this::start);
    }

    private String box() {
        SetupLabel label = tank.label();
        operator.post(
                Operator.object()
                        .put("product", product)
                        .put("serial", TANK)
                        .put("setupKeyHash", label.key().text()),
                "device-labels");
        return "on the box: a QR code with network, passphrase, serial, and the hash of its key";
    }

    private String setUp() throws Exception {
        tank.switchOn(progress);
        Phone phone = seller.phone();
        sellers = phone;
        long began = System.nanoTime();
        // What a phone reads from the QR code; the Java of the container image draws no pictures.
        SetupLabel label = SetupLabel.parse(tank.label().text());
        Story.expect(phone.standing(label) == Standing.FREE, "nobody owns it yet");
        setUpBy(phone, label);
        OwnDevice device = phone.device(label.serial());
        owned = device;
        String reading = firstReading(phone, device);
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        return "%d ms from the label to the first reading: %s%nit is %s's by a ticket that it could not read"
                .formatted(millis, reading, seller.email());
    }

    private void setUpBy(Phone phone, SetupLabel label) throws Exception {
        phone.setUp(
                label, tank.awaitSetUp(patience), ports.enrollment(), ports.channel(), PASSPHRASE);
        progress.await(AgentState.Connected.class::isInstance, "connected", patience);
    }

    private String firstReading(Phone phone, OwnDevice device) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            var readings = phone.readings(device);
            if (!readings.isEmpty()) {
                return readings.getFirst().reading().toString();
            }
            Thread.sleep(ASK_AGAIN);
        }
        throw new Story.Unexpected("the tank has told nothing");
    }

    private String search() throws IOException, Story.Unexpected {
        List<String> secrets = List.of(PASSPHRASE, seller.email(), "PRIVATE KEY", TANK);
        int files = 0;
        try (Stream<Path> all = Files.walk(tank.data())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files++;
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (String secret : secrets) {
                    Story.expect(!content.contains(secret), secret + " lies in clear in " + file);
                }
            }
        }
        Story.expect(files > 0, "the tank keeps something");
        return "%d files, all sealed: no passphrase, no key, no name".formatted(files);
    }

    private String steal() throws Exception {
        long began = System.nanoTime();
        Phone.done(told(sellers).ownership().reportStolen(told(owned).id()));
        progress.await(state -> !(state instanceof AgentState.Connected), "cut off", patience);
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        Standing standing = told(sellers).standing(tank.label());
        Story.expect(standing == Standing.REPORTED_STOLEN, "a buyer was to be warned");
        return "cut off in %d ms, API call included; whoever scans its label reads \"%s\""
                .formatted(millis, standing.code());
    }

    private String find() throws Exception {
        Phone.done(told(sellers).ownership().takeReportBack(told(owned).id()));
        tank.switchOff();
        tank.switchOn(progress);
        progress.await(AgentState.Connected.class::isInstance, "connected", patience);
        return "it did not erase itself while it was away, and is back as the same device";
    }

    private String sell() throws Exception {
        Ownership.Offer offer = Phone.done(told(sellers).ownership().offer(told(owned).id()));
        Phone phone = taker.phone();
        takers = phone;
        Ownership.Taken taken = Phone.done(phone.ownership().accept(offer.code()));
        String erasedAt = awaitReceipt();
        return "%s is kept for its buyer until %s%nits receipt, signed with the key on its label, says that it was erased at %s"
                .formatted(taken.serial().text(), taken.keptUntil(), erasedAt);
    }

    private String awaitReceipt() throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode given = seller.acting().get(ApiRequest.get("me", "given-away-devices"));
            JsonNode erased = given.at("/items/0/erasedAt");
            if (erased.isString()) {
                return erased.asString();
            }
            Thread.sleep(ASK_AGAIN);
        }
        throw new Story.Unexpected("no receipt has come");
    }

    private String start() throws Exception {
        Phone phone = told(takers);
        setUpBy(phone, tank.label());
        OwnDevice device = phone.device(new DeviceSerial(TANK));
        Story.expect(!device.id().equals(told(owned).id()), "it is a new device");
        String reading = firstReading(phone, device);
        String refusal =
                Person.refusal(
                        () ->
                                taker.acting()
                                        .get(
                                                ApiRequest.get(
                                                        "devices", told(owned).id().toString())));
        return "a new device with a new key: %s%nof the one before, the server says \"%s\""
                .formatted(reading, refusal);
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
        if (sellers != null) {
            sellers.close();
        }
        if (takers != null) {
            takers.close();
        }
    }
}
