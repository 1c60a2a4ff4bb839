/**
 * Tests of the MQTT codec. {@link dev.breakwater.protocol.mqtt.PacketSamples} holds sample packets
 * with every byte commented; the round trips, truncations and mutations run over all of them. The
 * {@code ...RulesTest} classes hold one test for each {@link
 * dev.breakwater.protocol.mqtt.MqttRule}, and {@link
 * dev.breakwater.protocol.mqtt.MqttRuleCoverageTest} fails when one is missing.
 */
@NullMarked
package dev.breakwater.protocol.mqtt;

import org.jspecify.annotations.NullMarked;
