/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import dev.breakwater.protocol.mqtt.MqttPacket;

/** What a device does on its link. All methods run on the link's event loop and must not block. */
public interface DeviceBehaviour {

    /** The server has accepted the device. */
    default void connected(DeviceLink link) {}

    /** The server sent a packet other than CONNACK. */
    default void received(DeviceLink link, MqttPacket packet) {}

    /** What had arrived has been handed on: the moment to answer all of it by one flush. */
    default void caughtUp(DeviceLink link) {}

    /** The link is gone. Called once, whether it was connected or not. */
    default void ended(DeviceLink link, LinkEnd end) {}
}
