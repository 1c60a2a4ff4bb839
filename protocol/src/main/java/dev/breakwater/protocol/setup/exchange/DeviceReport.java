/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import java.util.Optional;
import java.util.Set;

/**
 * Who a device is and how far it has come with being set up.
 *
 * @param serial as on the label
 * @param product what it is, 1 to 64 printable ASCII characters
 * @param firmware the version it runs, 1 to 64 printable ASCII characters
 * @param state how far it has come
 * @param failure why the last attempt failed, if that is where it stands
 * @param triesLeft how many wrong tries it takes before it closes its network
 * @param secondsLeft how long it waits before it closes its network
 */
public record DeviceReport(
        DeviceSerial serial,
        String product,
        String firmware,
        SetupState state,
        Optional<SetupFailure> failure,
        int triesLeft,
        long secondsLeft) {

    private static final String NOUN = "a device's report";

    /** Refuses texts that no screen shows, and a failure without one. */
    public DeviceReport {
        if (!product.matches("[ -~]{1,64}") || !firmware.matches("[ -~]{1,64}")) {
            throw new IllegalArgumentException(
                    "product and firmware are 1 to 64 printable ASCII characters");
        }
        if (failure.isPresent() != (state == SetupState.FAILED)) {
            throw new IllegalArgumentException("the state failed has a failure, and no other has");
        }
        if (triesLeft < 0 || secondsLeft < 0) {
            throw new IllegalArgumentException("there are never less than 0 tries or seconds left");
        }
    }

    /** The report as JSON. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        var object =
                members.object()
                        .put("serial", serial.text())
                        .put("product", product)
                        .put("firmware", firmware)
                        .put("state", state.code());
        failure.ifPresent(why -> object.put("failure", why.code()));
        object.put("triesLeft", triesLeft).put("secondsLeft", secondsLeft);
        return members.bytes();
    }

    /** Reads a report. */
    public static DeviceReport parse(byte[] json) throws MalformedMessage {
        Members members = Members.parse(json, SetupPaths.REPLY_BYTES_MAX, NOUN);
        members.requireWithin(
                Set.of(
                        "serial",
                        "product",
                        "firmware",
                        "state",
                        "failure",
                        "triesLeft",
                        "secondsLeft"));
        String serial = members.text("serial");
        String product = members.text("product");
        String firmware = members.text("firmware");
        SetupState state =
                SetupState.ofCode(members.text("state"))
                        .orElseThrow(() -> new MalformedMessage("a device has no such state"));
        Optional<SetupFailure> failure = Optional.empty();
        if (members.has("failure")) {
            failure = SetupFailure.ofCode(members.text("failure"));
            if (failure.isEmpty()) {
                throw new MalformedMessage("a device has no such failure");
            }
        }
        Optional<SetupFailure> why = failure;
        int triesLeft = members.number("triesLeft");
        int secondsLeft = members.number("secondsLeft");
        return members.built(
                () ->
                        new DeviceReport(
                                new DeviceSerial(serial),
                                product,
                                firmware,
                                state,
                                why,
                                triesLeft,
                                secondsLeft));
    }
}
