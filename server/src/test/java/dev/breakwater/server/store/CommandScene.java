/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.command.NewCommand;
import dev.breakwater.server.command.ReplyOutcome;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.RecordingSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the tests of commands share: a server that can restart, an operator, a device. */
abstract class CommandScene extends FleetContract {

    static final Actor OPERATOR = new Actor.TokenHolder("t1");
    static final Duration REPLY_TIMEOUT = Duration.ofSeconds(30);
    static final Duration LIFETIME = Duration.ofHours(1);
    static final Duration LONG = Duration.ofSeconds(20);

    LiveSessions sessions;
    Commands commands;

    @BeforeEach
    void start() {
        sessions = new LiveSessions();
        start(Limits.defaults());
    }

    @AfterEach
    void stop() {
        commands.close();
    }

    final SqlCommandStore store() {
        return new SqlCommandStore(fleet().database, fleet().audit, fleet().clock);
    }

    final void start(Limits limits) {
        commands =
                new Commands(
                        store(),
                        // No device has said a key.
                        (organization, device, command, message) -> message,
                        sessions,
                        limits,
                        fleet().clock);
    }

    final void restart() {
        restart(Limits.defaults());
    }

    final void restart(Limits limits) {
        commands.close();
        sessions = new LiveSessions();
        start(limits);
    }

    final void revoke(DeviceId device) {
        new SqlDeviceStore(fleet().database, fleet().audit, fleet().clock, List.of(store()))
                .changeStatus(
                        fleet().organization,
                        device,
                        DeviceStatus.REVOKED,
                        "stolen",
                        Optional.empty(),
                        AuditEvent.of(
                                fleet().organization,
                                OPERATOR,
                                AuditAction.DEVICE_REVOKED,
                                "device:" + device,
                                Map.of()));
    }

    final RecordingSession connect(AuthenticatedDevice device) {
        RecordingSession session = new RecordingSession(device.id());
        session.subscribe();
        sessions.attach(session);
        return session;
    }

    /**
     * Acknowledges, and returns once that is stored: a second step of the same kind waits for it.
     */
    final void acknowledge(RecordingSession.Message message, DeviceCommand command) {
        message.outcome().delivered();
        commands.cancel(fleet().organization, command.id(), OPERATOR);
    }

    final DeviceCommand create(String name) {
        return create(fleet().tank.id(), name);
    }

    final DeviceCommand create(DeviceId device, String name) {
        NewCommand request =
                new NewCommand(name, object("{\"portions\":2}"), REPLY_TIMEOUT, LIFETIME);
        CommandCreation outcome = commands.create(fleet().organization, device, request, OPERATOR);
        assertThat(outcome).isInstanceOf(CommandCreation.Created.class);
        return ((CommandCreation.Created) outcome).command();
    }

    static NewCommand feed() {
        return new NewCommand("feed", object("{}"), REPLY_TIMEOUT, LIFETIME);
    }

    final DeviceCommand get(DeviceCommand command) {
        return commands.get(fleet().organization, command.device(), command.id()).orElseThrow();
    }

    final CommandState state(DeviceCommand command) {
        return get(command).state();
    }

    final DeviceCommand awaitEnd(DeviceCommand command) throws InterruptedException {
        return commands.awaitEnd(fleet().organization, command.device(), command.id(), LONG)
                .orElseThrow();
    }

    final ReplyOutcome reply(DeviceCommand command, String payload) {
        return reply(fleet().tank, command.id(), payload);
    }

    final ReplyOutcome reply(AuthenticatedDevice device, CommandId id, String payload) {
        Awaited<ReplyOutcome> outcome = new Awaited<>();
        commands.reply(device, id, payload.getBytes(UTF_8), outcome);
        return outcome.value();
    }

    static ObjectNode nested(int levels) {
        return levels == 1 ? object("{}") : object("{}").set("a", nested(levels - 1));
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
