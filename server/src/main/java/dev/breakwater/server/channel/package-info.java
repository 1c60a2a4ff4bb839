/**
 * The device channel: MQTT 3.1.1 and 5.0 over TLS, and over WebSocket inside TLS, on one port.
 *
 * <p>It guarantees that a device is who its certificate says (invariant I1) and was admitted by the
 * registry at this CONNECT, resumed TLS session or not (I2); that a session closed by the rest of
 * the server is gone within milliseconds and takes nothing more (I3); and that a message is
 * acknowledged only when the store has reported it durable, in the order of arrival (I4). Nothing
 * here waits on an event loop, and nothing here knows the store.
 *
 * <p>It refuses peers without certificate in the handshake, strangers at CONNECT with one and the
 * same answer, topics outside the native profile, and whatever breaks a rule of TLS, WebSocket or
 * MQTT or exceeds a limit; hostile bytes cost the connection they came on and nothing else. {@link
 * dev.breakwater.server.channel.MqttReasons} translates refusals to reason codes. Read {@link
 * dev.breakwater.server.channel.ChannelGates} first, then {@link
 * dev.breakwater.server.channel.MqttSession}.
 */
@NullMarked
package dev.breakwater.server.channel;

import org.jspecify.annotations.NullMarked;
