/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.server.command.ReplyOutcome;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.TlsFacts;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.JsonNodeFactory;

/** A connected device that answers every command with the same reply. */
final class ObedientDevice implements DeviceSession {

    private final RunningApi api;
    private final AuthenticatedDevice device;
    private final CommandReply reply;
    private final CompletableFuture<FarewellReason> farewell = new CompletableFuture<>();

    ObedientDevice(RunningApi api, AuthenticatedDevice device, CommandReply reply) {
        this.api = api;
        this.device = device;
        this.reply = reply;
        api.sessions.attach(this);
    }

    static CommandReply succeeded() {
        return new CommandReply.Succeeded(JsonNodeFactory.instance.objectNode());
    }

    @Override
    public DeviceId deviceId() {
        return device.id();
    }

    @Override
    public OrganizationId organization() {
        return device.organization();
    }

    @Override
    public TlsFacts tls() {
        return new TlsFacts(
                "TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519MLKEM768", /* resumed= */ false);
    }

    @Override
    public void deliver(OutboundMessage message, DeliveryOutcome outcome) {
        outcome.delivered();
        String topic = message.topic();
        if (topic.startsWith(Topics.COMMANDS_PREFIX)) {
            CommandId id = CommandId.parse(topic.substring(Topics.COMMANDS_PREFIX.length()));
            api.commands.reply(
                    device,
                    id,
                    reply.toJson(),
                    new Completion<ReplyOutcome>() {
                        @Override
                        public void durable(ReplyOutcome recorded) {}

                        @Override
                        public void failed(RuntimeException cause) {
                            throw new AssertionError("the reply was refused", cause);
                        }
                    });
        }
    }

    @Override
    public void close(FarewellReason reason) {
        farewell.complete(reason);
        api.sessions.detach(this);
    }

    /** Why it was sent away; completes when it is. */
    CompletableFuture<FarewellReason> farewell() {
        return farewell;
    }
}
