/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What happens to an owner's devices: that something changed, never its content. */
public sealed interface OwnEvent {

    /** A device's state has changed; the versions as they stand now. */
    record StateChanged(DeviceId device, long reportedVersion, long desiredVersion)
            implements OwnEvent {}

    /** A command was created or has gone a step. */
    record CommandChanged(DeviceId device, CommandId command, String state) implements OwnEvent {}

    /**
     * A device has come, gone, or has another status.
     *
     * @param change {@code connected}, {@code disconnected} or {@code status}
     * @param status the one it has now, with the change {@code status}
     */
    record DeviceChanged(DeviceId device, String change, Optional<String> status)
            implements OwnEvent {}

    /** Events are missing before this one: read anew whatever is shown. */
    record Missed() implements OwnEvent {}

    /** The connection is broken and made again; what is missed meanwhile is told afterwards. */
    record Broken(String sentence) implements OwnEvent {}

    /** An event of the stream; empty for one that an app has no use for. */
    static Optional<OwnEvent> of(String name, JsonNode data) {
        return switch (name) {
            case "state" ->
                    Optional.of(
                            new StateChanged(
                                    device(data),
                                    Values.number(data, "reportedVersion"),
                                    Values.number(data, "desiredVersion")));
            case "command" ->
                    Optional.of(
                            new CommandChanged(
                                    device(data),
                                    CommandId.parse(Values.text(data, "command")),
                                    Values.text(data, "state")));
            case "device" ->
                    Optional.of(
                            new DeviceChanged(
                                    device(data),
                                    Values.text(data, "change"),
                                    Values.optionalText(data, "status")));
            case "reset" -> Optional.of(new Missed());
            default -> Optional.empty();
        };
    }

    private static DeviceId device(JsonNode data) {
        return DeviceId.parse(Values.text(data, "device"));
    }
}
