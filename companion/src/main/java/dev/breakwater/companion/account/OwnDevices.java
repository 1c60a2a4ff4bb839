/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The devices of whoever is logged in. Blocks, as {@link Account} says. */
public final class OwnDevices {

    /** The longest that the server holds an answer back. */
    private static final Duration SERVER_WAIT_MAX = Duration.ofSeconds(60);

    private final Asking asking;

    OwnDevices(Asking asking) {
        this.asking = asking;
    }

    /**
     * A part of a list.
     *
     * @param devices in the order in which they were set up
     * @param next leads on to the next page, if there is one
     * @param json as the server says it
     */
    public record Page(List<OwnDevice> devices, Optional<String> next, ObjectNode json) {

        /** Takes a copy of the list. */
        public Page {
            devices = List.copyOf(devices);
        }

        private static Page of(Answer answer) {
            ObjectNode json = answer.json();
            List<OwnDevice> devices = new ArrayList<>();
            json.path("items").forEach(item -> devices.add(OwnDevice.of(item)));
            return new Page(devices, Values.optionalText(json, "nextCursor"), json);
        }
    }

    /**
     * What a command may take.
     *
     * @param reply how long the device may take once it has the command, 1 s to 1 day; a minute if
     *     empty
     * @param life how long the command may wait for the device, 1 s to 30 days; a day if empty
     */
    public record Times(Optional<Duration> reply, Optional<Duration> life) {

        /** What the server takes for usual. */
        public static Times usual() {
            return new Times(Optional.empty(), Optional.empty());
        }
    }

    /** A page of them, from the beginning or from where another page led to. */
    public Outcome<Page> page(Optional<String> cursor) throws IOException, InterruptedException {
        return asking.ask(Call.get("devices").with("cursor", cursor), Page::of);
    }

    /** One of them. */
    public Outcome<OwnDevice> device(DeviceId device) throws IOException, InterruptedException {
        return asking.ask(
                Call.get("devices", device.toString()), answer -> OwnDevice.of(answer.json()));
    }

    /** The one with this serial; empty if none of the owner's has it. */
    public Outcome<Optional<OwnDevice>> withSerial(DeviceSerial serial)
            throws IOException, InterruptedException {
        return asking.ask(
                Call.get("devices").with("serial", Optional.of(serial)),
                answer -> Page.of(answer).devices().stream().findFirst());
    }

    /** What a device is like and is to be like. */
    public Outcome<DeviceState> state(DeviceId device) throws IOException, InterruptedException {
        return asking.ask(Call.get("devices", device.toString(), "state"), DeviceState::of);
    }

    /**
     * Changes what a device is to be like.
     *
     * @param patch a merge patch (RFC 7396): a member replaces, null removes
     * @param version the one that was read, or {@code *} for whatever it is now
     */
    public Outcome<DeviceState> change(DeviceId device, ObjectNode patch, String version)
            throws IOException, InterruptedException {
        return asking.ask(
                Call.patch(patch, version, "devices", device.toString(), "state", "desired"),
                DeviceState::of);
    }

    /**
     * What a device told last, the newest first.
     *
     * @param limit 1 to 1000
     */
    public Outcome<List<DeviceReading>> readings(DeviceId device, int limit)
            throws IOException, InterruptedException {
        return asking.ask(
                Call.get("devices", device.toString(), "telemetry")
                        .with("limit", Optional.of(limit)),
                answer -> {
                    List<DeviceReading> readings = new ArrayList<>();
                    for (JsonNode item : answer.json().path("items")) {
                        readings.add(DeviceReading.of(item));
                    }
                    return List.copyOf(readings);
                });
    }

    /**
     * Sends a command. It is promised when this returns, and delivered at once or when the device
     * comes back; a connection that breaks meanwhile does not send it twice.
     *
     * @param name what the device is to do; lower-case letters, digits and hyphens
     * @param arguments the product's own
     */
    public Outcome<SentCommand> send(
            DeviceId device, String name, ObjectNode arguments, Times times)
            throws IOException, InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
        body.set("arguments", arguments);
        times.reply().ifPresent(time -> body.put("replyTimeoutSeconds", time.toSeconds()));
        times.life().ifPresent(time -> body.put("lifetimeSeconds", time.toSeconds()));
        return asking.ask(
                Call.post("devices", device.toString(), "commands").with(body), SentCommand::of);
    }

    /**
     * The command when it has ended, or as it is when the time is over.
     *
     * @param timeMax in whole seconds; zero to look only
     */
    public Outcome<SentCommand> await(DeviceId device, CommandId command, Duration timeMax)
            throws IOException, InterruptedException {
        Duration left = timeMax;
        while (true) {
            Duration turn = left.compareTo(SERVER_WAIT_MAX) < 0 ? left : SERVER_WAIT_MAX;
            Outcome<SentCommand> outcome =
                    asking.ask(
                            Call.get("devices", device.toString(), "commands", command.toString())
                                    .waiting(turn),
                            SentCommand::of);
            left = left.minus(turn);
            boolean goesOn =
                    outcome instanceof Outcome.Done<SentCommand>(var seen)
                            && !seen.hasEnded()
                            && left.toSeconds() > 0;
            if (!goesOn) {
                return outcome;
            }
        }
    }
}
