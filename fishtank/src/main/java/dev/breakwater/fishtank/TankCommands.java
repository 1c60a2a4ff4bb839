/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.CommandFailed;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.setup.ListeningSockets;
import dev.breakwater.fishtank.FishTank.Light;
import dev.breakwater.protocol.message.DesiredState;
import java.io.IOException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the server may ask of the tank, and what the tank tells the server about itself. */
final class TankCommands {

    private static final Logger LOG = LoggerFactory.getLogger(TankCommands.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final FishTank tank;
    private final DeviceAgent agent;

    TankCommands(FishTank tank, DeviceAgent agent) {
        this.tank = tank;
        this.agent = agent;
    }

    void register() {
        agent.onCommand("feed", this::feed);
        agent.onCommand("set-light", this::setLight);
        agent.onDesiredState(this::desired);
    }

    /** {@code {"portions": 1..3}}. */
    private ObjectNode feed(ObjectNode arguments) throws CommandFailed {
        requireOnly(arguments, "feed", Set.of("portions"));
        int count = wholeNumber(arguments, "portions");
        try {
            int lastDay = tank.feed(count);
            ObjectNode fed =
                    JSON.createObjectNode()
                            .put("portions", count)
                            .put("portionsIn24Hours", lastDay);
            agent.publishEvent("fed", fed);
            return fed;
        } catch (IllegalArgumentException | IOException refused) {
            throw new CommandFailed(String.valueOf(refused.getMessage()));
        }
    }

    /** {@code {"on": true, "brightness": 0..100}}; a brightness that is left out stays. */
    private ObjectNode setLight(ObjectNode arguments) throws CommandFailed {
        requireOnly(arguments, "set-light", Set.of("on", "brightness"));
        if (!arguments.path("on").isBoolean()) {
            throw new CommandFailed("on must be true or false");
        }
        int brightness =
                arguments.has("brightness")
                        ? wholeNumber(arguments, "brightness")
                        : tank.light().brightnessPercent();
        try {
            tank.setLight(new Light(arguments.path("on").booleanValue(), brightness));
        } catch (IllegalArgumentException | IOException refused) {
            throw new CommandFailed(String.valueOf(refused.getMessage()));
        }
        reportState();
        return lightNode();
    }

    /**
     * Takes over what is within its limits, says in the log what is not, and reports the outcome.
     */
    private void desired(DesiredState desired) {
        ObjectNode state = desired.state();
        try {
            if (state.path("light") instanceof ObjectNode light) {
                Light before = tank.light();
                tank.setLight(
                        new Light(
                                light.path("on").asBoolean(before.on()),
                                light.path("brightness").asInt(before.brightnessPercent())));
            }
            if (state.path("targetTemperatureCelsius").isNumber()) {
                tank.setTargetCelsius(state.path("targetTemperatureCelsius").doubleValue());
            }
        } catch (IllegalArgumentException | IOException refused) {
            LOG.warn(
                    "Desired state {} was not taken over: {}",
                    desired.version(),
                    refused.getMessage());
        }
        reportState();
    }

    /** Reports everything the server may desire, as it is. */
    void reportState() {
        agent.reportState(state());
    }

    /**
     * Reports the same and what the tank listens on as it starts: nothing, if all is well, and the
     * server knows it.
     */
    void reportStart() {
        ObjectNode state = state();
        try {
            ArrayNode listening = JSON.createArrayNode();
            for (ListeningSockets.Listening socket : ListeningSockets.ofThisProcess()) {
                listening.add(socket.protocol() + " " + socket.address());
            }
            state.set("listening", listening);
        } catch (IOException untold) {
            LOG.warn("The kernel does not tell what listens: {}", untold.getMessage());
        }
        agent.reportState(state);
    }

    private ObjectNode state() {
        ObjectNode state =
                JSON.createObjectNode().put("targetTemperatureCelsius", tank.targetCelsius());
        state.set("light", lightNode());
        return state;
    }

    /** Reads the sensors and reports them. */
    void reportReadings() {
        try {
            FishTank.Readings readings = tank.regulate();
            agent.publishTelemetry(
                    JSON.createObjectNode()
                            .put("temperatureCelsius", readings.temperatureCelsius())
                            .put("lightLux", readings.lightLux())
                            .put("heating", readings.heating()));
        } catch (IOException failed) {
            LOG.error("A part of the tank failed", failed);
            agent.publishEvent(
                    "part-failed",
                    JSON.createObjectNode().put("error", String.valueOf(failed.getMessage())));
        }
    }

    private ObjectNode lightNode() {
        Light light = tank.light();
        return JSON.createObjectNode()
                .put("on", light.on())
                .put("brightness", light.brightnessPercent());
    }

    private static void requireOnly(ObjectNode arguments, String command, Set<String> known)
            throws CommandFailed {
        for (String name : arguments.propertyNames()) {
            if (!known.contains(name)) {
                throw new CommandFailed(
                        "%s takes %s and nothing else"
                                .formatted(command, String.join(", ", known)));
            }
        }
    }

    private static int wholeNumber(ObjectNode arguments, String member) throws CommandFailed {
        JsonNode node = arguments.path(member);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new CommandFailed(member + " must be a whole number");
        }
        return node.intValue();
    }
}
