/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.publickey.AcceptableKey;

/**
 * A request under judgement.
 *
 * @param request what was asked
 * @param key its public key, which was found acceptable before anything else was looked at
 * @param subject whom the server grants a certificate
 * @param basis on what grounds
 */
record PendingRequest(
        CertificateRequest request,
        AcceptableKey key,
        CertificateSubject subject,
        IssuanceBasis basis) {}
