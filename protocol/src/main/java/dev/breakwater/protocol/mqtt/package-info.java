/**
 * The MQTT 3.1.1 and MQTT 5.0 codec: bytes to packets and back, for the server's side and the
 * client's side of a connection. It needs nothing but the JDK and runs on any {@link
 * java.nio.ByteBuffer}.
 *
 * <p>A packet that comes out of {@link dev.breakwater.protocol.mqtt.MqttDecoder} conforms to every
 * normative statement that can be judged from the packet and its place in the connection; {@link
 * dev.breakwater.protocol.mqtt.MqttRule} lists them. Anything else is refused with a {@link
 * dev.breakwater.protocol.mqtt.MalformedPacket}, at the first byte that shows it, and never costs
 * more memory than {@link dev.breakwater.protocol.mqtt.MqttLimits} allows. What needs a session to
 * judge (topic aliases, identifiers in use, receive maximum, keep-alive) is the caller's.
 *
 * <p>Read {@link dev.breakwater.protocol.mqtt.MqttDecoder} first, then {@code PublishCodec}: each
 * {@code ...Codec} holds both directions of its packets, so that the layout stands in one file.
 */
@NullMarked
package dev.breakwater.protocol.mqtt;

import org.jspecify.annotations.NullMarked;
