/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.time.Instant;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of a device. Giving it away takes a proof shown within ten minutes ({@link
 * Account#prove}), and only who has owned it longest may. Blocks, as {@link Account} says.
 */
public final class Ownership {

    private static final String THEFT_REPORT = "theft-report";

    private final Asking asking;

    Ownership(Asking asking) {
        this.asking = asking;
    }

    /**
     * A code by which somebody takes a device over. Shown once, and never printed.
     *
     * @param code whoever shows it takes the device
     * @param expiresAt a day from now at most
     */
    public record Offer(String code, Instant expiresAt, ObjectNode json) {
        private static Offer of(Answer answer) {
            ObjectNode json = answer.json();
            return new Offer(Values.text(json, "code"), Values.time(json, "expiresAt"), json);
        }

        @Override
        public String toString() {
            return "Offer[code=[REDACTED], expiresAt=" + expiresAt + "]";
        }
    }

    /**
     * A device that was taken over and is to be set up.
     *
     * @param keptUntil until when nobody else can set it up
     */
    public record Taken(DeviceSerial serial, Instant keptUntil, ObjectNode json) {
        private static Taken of(Answer answer) {
            ObjectNode json = answer.json();
            return new Taken(
                    new DeviceSerial(Values.text(json, "serial")),
                    Values.time(json, "keptUntil"),
                    json);
        }
    }

    /** Makes a code, which replaces the one before; the device stays as it is until it is used. */
    public Outcome<Offer> offer(DeviceId device) throws IOException, InterruptedException {
        return asking.ask(Call.post("me", "devices", device.toString(), "transfers"), Offer::of);
    }

    /** Takes the code back. */
    public Outcome<Nothing> withdrawOffer(DeviceId device)
            throws IOException, InterruptedException {
        return asking.tell(Call.delete("me", "devices", device.toString(), "transfers"));
    }

    /** Takes a device over; what it told its owner before is deleted, and it is set up anew. */
    public Outcome<Taken> accept(String code) throws IOException, InterruptedException {
        return asking.ask(
                Call.post("device-transfers", "acceptance")
                        .with(JsonNodeFactory.instance.objectNode().put("code", code.strip())),
                Taken::of);
    }

    /** Reports a device stolen: it is cut off at once, and nobody else sets it up. */
    public Outcome<Nothing> reportStolen(DeviceId device) throws IOException, InterruptedException {
        return asking.tell(Call.post("me", "devices", device.toString(), THEFT_REPORT));
    }

    /** Takes the report back: the device is there again. */
    public Outcome<Nothing> takeReportBack(DeviceId device)
            throws IOException, InterruptedException {
        return asking.tell(Call.delete("me", "devices", device.toString(), THEFT_REPORT));
    }

    /** Gives a device back: what it told is deleted, and it is anybody's. */
    public Outcome<Nothing> release(DeviceId device) throws IOException, InterruptedException {
        return asking.tell(Call.post("me", "devices", device.toString(), "release"));
    }
}
