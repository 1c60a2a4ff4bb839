/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.DeviceId;
import java.time.Duration;

/** Where the agent stands, as told to an {@link AgentListener}. */
public sealed interface AgentState {

    /** The device has no certificate yet and is asking for one. */
    record Unenrolled() implements AgentState {}

    /** The device has a certificate and is not connected. */
    record Enrolled(DeviceId deviceId) implements AgentState {}

    /** A connection is being made. */
    record Connecting(DeviceId deviceId) implements AgentState {}

    /** The device is connected and subscribed. */
    record Connected(DeviceId deviceId) implements AgentState {}

    /**
     * The server refused this device.
     *
     * @param retryIn when the agent tries again
     */
    record Refused(Refusal reason, Duration retryIn) implements AgentState {}

    /**
     * The device cannot use its key where it lives: a token is gone, full or broken, or its PIN is
     * wrong. Nothing was made or destroyed.
     *
     * @param reason for people
     * @param retryIn when the agent tries again
     */
    record KeyUnusable(String reason, Duration retryIn) implements AgentState {}

    /** The agent was closed, or its storage failed; it will do nothing more. */
    record Stopped() implements AgentState {}
}
