/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** A name and a value whose meaning the application agrees on (MQTT 5.0 section 2.2.2.2). */
public record UserProperty(String name, String value) {}
