/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.time.Instant;

/** What a device proves itself with, and all that the registry judges it by. */
public sealed interface DeviceProof permits Credential, DeviceToken {

    /** What the registry knows it by. */
    CredentialFingerprint fingerprint();

    /** Whose device proves itself with it. */
    OrganizationId organization();

    /** Which device proves itself with it. */
    DeviceId device();

    /** 1 for the first that the device had, one more with each that followed. */
    int generation();

    /** Before this it gives no right. */
    Instant notBefore();

    /** From this on it gives no right. */
    Instant notAfter();

    /** Whether it is still good. */
    CredentialStatus status();

    /** How sure it is that only the device can use it. */
    Assurance assurance();
}
