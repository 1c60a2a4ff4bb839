/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.DeviceId;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An update of a device of the owner's. What its maker has signed is version, notes, whether it is
 * relevant for security, and length; that it is so the device checks again, whatever the server
 * says.
 *
 * @param rollout names what the owner was shown
 * @param notes what the maker says of it, up to 4,096 characters; may have several lines
 * @param securityRelevant whether it mends a hole, so that it may not be put off for long
 * @param lengthBytes how much the device downloads
 * @param state as the server says it: {@code asking}, {@code postponed}, {@code refused}, {@code
 *     installing} and so on; a newer server may say others
 * @param approved whether the owner has approved it, so that it is installed when its turn comes
 * @param percent of the step in work, 0 to 100
 * @param postponedUntil when the device asks again; empty unless it was postponed
 * @param postponableUntil the latest time to put it off to; empty if it may not be put off
 * @param reason why it was not installed, in the device's words; empty if there is none
 * @param json all that the server says of it; nobody else holds this object
 */
public record OwnUpdate(
        DeviceId device,
        String rollout,
        String version,
        String notes,
        boolean securityRelevant,
        long lengthBytes,
        String state,
        boolean approved,
        int percent,
        Optional<Instant> postponedUntil,
        Optional<Instant> postponableUntil,
        Optional<String> reason,
        ObjectNode json) {

    /** Whether it waits for the owner to say something. */
    public boolean asksOwner() {
        return state.equals("asking");
    }

    /**
     * Whether the owner may still say something: to what waits, and to what they put off or
     * refused.
     */
    public boolean mayBeAnswered() {
        return switch (state) {
            case "asking", "postponed", "refused" -> true;
            default -> false;
        };
    }

    static Optional<OwnUpdate> of(DeviceId device, Answer answer) {
        JsonNode update = answer.json().path("update");
        return update.isMissingNode() ? Optional.empty() : Optional.of(read(device, answer));
    }

    static OwnUpdate read(DeviceId device, Answer answer) {
        ObjectNode json = Values.object(answer.json(), "update");
        long percent = Values.number(json, "percent");
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent is none");
        }
        return new OwnUpdate(
                device,
                Values.text(json, "rollout"),
                Values.text(json, "version"),
                Values.text(json, "notes"),
                Values.yes(json, "securityRelevant"),
                Values.number(json, "lengthBytes"),
                Values.text(json, "state"),
                Values.yes(json, "approved"),
                (int) percent,
                Values.optionalTime(json, "postponedUntil"),
                Values.optionalTime(json, "postponableUntil"),
                Values.optionalText(json, "reason"),
                json);
    }
}
