/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * One MQTT control packet, of either version. The records hold what the packet says and nothing of
 * how it is written; they refuse with {@link IllegalArgumentException} what no version can express,
 * and {@link MqttEncoder} refuses what the version of the connection cannot.
 */
public sealed interface MqttPacket
        permits Connect,
                ConnAck,
                Publish,
                PubAck,
                PubRec,
                PubRel,
                PubComp,
                Subscribe,
                SubAck,
                Unsubscribe,
                UnsubAck,
                PingReq,
                PingResp,
                Disconnect,
                Auth {

    /** Which packet this is, for logs and metrics. */
    PacketType type();
}
