/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When a device may come back: a user property of CONNACK and DISCONNECT, in whole seconds. MQTT
 * 5.0 has no property of its own for it. A server spreads its devices with it; a device that does
 * not know the property loses nothing.
 */
public final class RetryAfter {

    /** The name of the property. */
    public static final String NAME = "retry-after";

    /** The longest wait that is believed; no server needs to send anybody away for longer. */
    public static final Duration LONGEST = Duration.ofDays(1);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");

    private RetryAfter() {}

    /** The property for this wait, rounded up to whole seconds and cut to {@link #LONGEST}. */
    public static UserProperty of(Duration wait) {
        Duration whole = wait.plusSeconds(1).minusNanos(1);
        long seconds = Math.clamp(whole.toSeconds(), 0, LONGEST.toSeconds());
        return new UserProperty(NAME, Long.toString(seconds));
    }

    /** The wait that a packet's properties ask for, if they do in a form that is believed. */
    public static Optional<Duration> in(MqttProperties properties) {
        return properties.all(MqttProperty.USER_PROPERTY).stream()
                .filter(property -> property.name().equals(NAME))
                .map(UserProperty::value)
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .filter(wait -> wait.compareTo(LONGEST) <= 0)
                .findFirst();
    }
}
