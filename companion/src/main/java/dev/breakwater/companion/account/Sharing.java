/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who else may see or use the owner's devices, and whose devices the owner may. To offer a share
 * takes a proof shown within ten minutes ({@link Account#prove}). Blocks, as {@link Account} says.
 */
public final class Sharing {

    /** More pages than any list that an owner can have. */
    private static final int PAGES_MAX = 100;

    private final Asking asking;

    Sharing(Asking asking) {
        this.asking = asking;
    }

    /** What somebody may do with a shared device. */
    public enum Right {
        /** See how it is, and what it tells. */
        READ,
        /** Also let it do something, and say how it is to be. */
        USE;

        /** As the server says it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A code by which somebody accepts a share. Shown once, and never printed.
     *
     * @param id names the share from now on
     * @param expiresAt a day from now at most
     */
    public record Offer(String id, String code, Instant expiresAt, ObjectNode json) {
        private static Offer of(Answer answer) {
            ObjectNode json = answer.json();
            return new Offer(
                    Values.text(json, "id"),
                    Values.text(json, "code"),
                    Values.time(json, "expiresAt"),
                    json);
        }

        @Override
        public String toString() {
            return "Offer[id=" + id + ", code=[REDACTED], expiresAt=" + expiresAt + "]";
        }
    }

    /**
     * A share of a device of the owner's.
     *
     * @param right as the server says it, {@code read} or {@code use}
     * @param with the address of whoever has accepted it; empty while it is an offer
     * @param endsAt when it is over by itself; empty if only a person ends it
     */
    public record Given(
            String id,
            String right,
            Optional<String> with,
            Optional<Instant> endsAt,
            ObjectNode json) {
        private static Given of(JsonNode item) {
            ObjectNode json = object(item);
            return new Given(
                    Values.text(json, "id"),
                    Values.text(json, "right"),
                    Values.optionalText(json.path("with"), "email"),
                    Values.optionalTime(json, "endsAt"),
                    json);
        }
    }

    /**
     * A device that somebody else shares.
     *
     * @param right as the server says it, {@code read} or {@code use}
     * @param owner the address of whoever shares it
     * @param endsAt when it is over by itself; empty if only a person ends it
     */
    public record Received(
            String id,
            DeviceId device,
            DeviceSerial serial,
            String right,
            String owner,
            Optional<Instant> endsAt,
            ObjectNode json) {
        private static Received of(JsonNode item) {
            ObjectNode json = object(item);
            return new Received(
                    Values.text(json, "id"),
                    DeviceId.parse(Values.text(json, "device")),
                    new DeviceSerial(Values.text(json, "serial")),
                    Values.text(json, "right"),
                    Values.text(Values.object(json, "owner"), "email"),
                    Values.optionalTime(json, "endsAt"),
                    json);
        }
    }

    /**
     * Makes a code by which somebody gets to see or use a device.
     *
     * @param endsAt when that is over by itself; empty if only one of the two ends it
     */
    public Outcome<Offer> offer(DeviceId device, Right right, Optional<Instant> endsAt)
            throws IOException, InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("right", right.code());
        endsAt.ifPresent(end -> body.put("endsAt", end.toString()));
        return asking.ask(
                Call.post("me", "devices", device.toString(), "shares").with(body), Offer::of);
    }

    /** The shares and offers of a device of the owner's. */
    public Outcome<List<Given>> given(DeviceId device) throws IOException, InterruptedException {
        return asking.ask(
                Call.get("me", "devices", device.toString(), "shares"),
                answer -> {
                    List<Given> shares = new ArrayList<>();
                    answer.json().path("items").forEach(item -> shares.add(Given.of(item)));
                    return List.copyOf(shares);
                });
    }

    /** Ends a share at once, or takes an offer back. */
    public Outcome<Nothing> end(DeviceId device, String share)
            throws IOException, InterruptedException {
        return asking.tell(Call.delete("me", "devices", device.toString(), "shares", share));
    }

    /** Accepts a share; it replaces the one that there was of the same device. */
    public Outcome<Received> accept(String code) throws IOException, InterruptedException {
        return asking.ask(
                Call.post("device-shares", "acceptance")
                        .with(JsonNodeFactory.instance.objectNode().put("code", code.strip())),
                answer -> Received.of(answer.json()));
    }

    /** All that others share with whoever is logged in. */
    public Outcome<List<Received>> received() throws IOException, InterruptedException {
        List<Received> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        for (int page = 0; page < PAGES_MAX; page++) {
            Outcome<Optional<String>> read =
                    asking.ask(
                            Call.get("me", "shared-devices").with("cursor", cursor),
                            answer -> {
                                answer.json()
                                        .path("items")
                                        .forEach(item -> all.add(Received.of(item)));
                                return Values.optionalText(answer.json(), "nextCursor");
                            });
            switch (read) {
                case Outcome.Done(var next) -> cursor = next;
                case Outcome.Refused(var refusal) -> {
                    return new Outcome.Refused<>(refusal);
                }
                case Outcome.ProofNeeded(var kind) -> {
                    return new Outcome.ProofNeeded<>(kind);
                }
                case Outcome.LoggedOut(var sentence) -> {
                    return new Outcome.LoggedOut<>(sentence);
                }
                case Outcome.Unreachable(var sentence) -> {
                    return new Outcome.Unreachable<>(sentence);
                }
            }
            if (cursor.isEmpty()) {
                break;
            }
        }
        return new Outcome.Done<>(List.copyOf(all));
    }

    /** Gives up what somebody shares. */
    public Outcome<Nothing> leave(Received share) throws IOException, InterruptedException {
        return asking.tell(Call.delete("me", "shared-devices", share.id()));
    }

    private static ObjectNode object(JsonNode item) {
        if (item instanceof ObjectNode json) {
            return json;
        }
        throw new IllegalArgumentException("the answer has no share");
    }
}
