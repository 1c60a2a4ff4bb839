/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import dev.breakwater.device.tamper.TamperSignal;

/**
 * All parts of one tank.
 *
 * @param thermometer in the water
 * @param lightSensor above the water
 * @param lamp above the water
 * @param heater in the water
 * @param feeder above the water
 * @param button at the back
 * @param lid the switch under the lid of the electronics, which no owner has to open
 */
public record TankHardware(
        Thermometer thermometer,
        LightSensor lightSensor,
        Lamp lamp,
        Heater heater,
        Feeder feeder,
        TankButton button,
        TamperSignal lid) {}
