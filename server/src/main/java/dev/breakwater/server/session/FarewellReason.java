/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

/** Why the server ends a session. */
public enum FarewellReason {
    DEVICE_REVOKED,
    DEVICE_SUSPENDED,
    DEVICE_QUARANTINED,
    ASSURANCE_TOO_LOW,
    ORGANIZATION_DISABLED,
    CREDENTIAL_REVOKED,
    CREDENTIAL_EXPIRED,
    TAKEN_OVER,
    MESSAGE_RATE_TOO_HIGH,
    QUOTA_EXCEEDED,
    SERVER_STOPPING
}
