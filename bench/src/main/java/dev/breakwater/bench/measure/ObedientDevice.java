/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.JsonNodeFactory;

/** Subscribes to its commands, and carries out each the moment it comes. */
final class ObedientDevice implements DeviceBehaviour {

    private static final byte[] DONE =
            new CommandReply.Succeeded(JsonNodeFactory.instance.objectNode()).toJson();

    private final AtomicInteger subscribed;
    private int nextPacketId = 2;

    /**
     * @param subscribed counts those that are ready
     */
    ObedientDevice(AtomicInteger subscribed) {
        this.subscribed = subscribed;
    }

    @Override
    public void connected(DeviceLink link) {
        TopicFilter commands = TopicFilter.of(Topics.COMMANDS_FILTER);
        link.write(
                new Subscribe(
                        1, List.of(new Subscription(commands, QualityOfService.AT_LEAST_ONCE))));
        link.flush();
    }

    @Override
    public void received(DeviceLink link, MqttPacket packet) {
        if (packet instanceof SubAck) {
            subscribed.incrementAndGet();
        } else if (packet instanceof Publish command) {
            link.write(new PubAck(command.packetId()));
            TopicName reply = TopicName.of(command.topic().text() + Topics.REPLY_SUFFIX);
            link.write(Publish.atLeastOnce(nextPacketId, reply, DONE));
            nextPacketId = nextPacketId == 0xFFFF ? 1 : nextPacketId + 1;
        }
    }

    @Override
    public void caughtUp(DeviceLink link) {
        link.flush();
    }
}
