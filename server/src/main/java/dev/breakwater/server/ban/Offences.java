/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import dev.breakwater.server.refusal.RefusalReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What each refusal weighs, in points. One point is what a clumsy client causes now and then; five
 * is what one causes by mistake and an attacker by the hundred; ten and more is what hardly anybody
 * causes without meaning to. What is not listed weighs nothing: the server's own troubles, the
 * limits of organizations, and what a caller who is known may not do.
 */
final class Offences {

    /** The gates whose refusals count: the device channel has its own ways. */
    private static final Set<String> GATES = Set.of("api", "est");

    private static final Map<RefusalReason, Integer> POINTS = points();

    private Offences() {}

    private static Map<RefusalReason, Integer> points() {
        Map<RefusalReason, Integer> points = new EnumMap<>(RefusalReason.class);
        // Requests beyond the budget of a source.
        points.put(RefusalReason.TOO_MANY_REQUESTS, 1);
        // Guesses.
        points.put(RefusalReason.TOKEN_MISSING, 1);
        points.put(RefusalReason.TOKEN_EXPIRED, 1);
        points.put(RefusalReason.TOKEN_REVOKED, 1);
        points.put(RefusalReason.TOKEN_UNKNOWN, 5);
        points.put(RefusalReason.LOG_IN_REFUSED, 5);
        points.put(RefusalReason.LOG_IN_TOO_OFTEN, 5);
        points.put(RefusalReason.SECOND_FACTOR_REFUSED, 5);
        points.put(RefusalReason.REFRESH_TOKEN_REUSED, 5);
        points.put(RefusalReason.OIDC_STATE_REFUSED, 5);
        points.put(RefusalReason.OIDC_BROWSER_REFUSED, 5);
        points.put(RefusalReason.OIDC_ISSUER_REFUSED, 5);
        points.put(RefusalReason.OIDC_CODE_REFUSED, 5);
        points.put(RefusalReason.OIDC_TOKEN_REFUSED, 5);
        points.put(RefusalReason.INVITATION_REFUSED, 10);
        points.put(RefusalReason.PASSWORD_RESET_REFUSED, 10);
        points.put(RefusalReason.TRANSFER_CODE_REFUSED, 10);
        points.put(RefusalReason.SETUP_CODE_REFUSED, 10);
        points.put(RefusalReason.ENROLLMENT_CREDENTIALS_MISSING, 5);
        points.put(RefusalReason.ENROLLMENT_CODE_UNKNOWN, 10);
        points.put(RefusalReason.ENROLLMENT_CODE_EXPIRED, 1);
        points.put(RefusalReason.ENROLLMENT_CODE_USED, 1);
        points.put(RefusalReason.ENROLLMENT_CODE_WITHDRAWN, 1);
        points.put(RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED, 1);
        points.put(RefusalReason.ENROLLMENT_NETWORK, 1);
        points.put(RefusalReason.RECEIPT_MALFORMED, 5);
        points.put(RefusalReason.RECEIPT_TOO_LARGE, 5);
        points.put(RefusalReason.RECEIPT_NOT_ORDERED, 5);
        points.put(RefusalReason.RECEIPT_KEY_UNKNOWN, 5);
        points.put(RefusalReason.RECEIPT_FORGED, 10);
        points.put(RefusalReason.TIME_NONCE_REFUSED, 5);
        points.put(RefusalReason.TICKET_MALFORMED, 5);
        points.put(RefusalReason.TICKET_ALTERED, 10);
        points.put(RefusalReason.TICKET_FORGED, 10);
        points.put(RefusalReason.TICKET_EXPIRED, 1);
        points.put(RefusalReason.TICKET_USED, 1);
        points.put(RefusalReason.TICKET_OTHER_DEVICE, 5);
        points.put(RefusalReason.TICKET_LABEL_UNKNOWN, 1);
        points.put(RefusalReason.TICKET_OWNED_BY_ANOTHER, 1);
        // Certificates: an old fleet behind one address may show expired ones all day.
        points.put(RefusalReason.CERTIFICATE_MISSING, 5);
        points.put(RefusalReason.CERTIFICATE_SELF_SIGNED, 5);
        points.put(RefusalReason.CERTIFICATE_FROM_OTHER_CA, 5);
        points.put(RefusalReason.CERTIFICATE_SIGNATURE_FORGED, 10);
        points.put(RefusalReason.CERTIFICATE_EXPIRED, 1);
        points.put(RefusalReason.CERTIFICATE_REVOKED, 1);
        points.put(RefusalReason.TLS_HANDSHAKE_FAILED, 5);
        attestation(points);
        // What no sound client sends.
        points.put(RefusalReason.REQUEST_OUTSIDE_CONTRACT, 1);
        points.put(RefusalReason.CROSS_SITE, 1);
        points.put(RefusalReason.REQUEST_MALFORMED, 10);
        points.put(RefusalReason.HTTP2_ABUSED, 50);
        points.put(RefusalReason.CERTIFICATE_REQUEST_MALFORMED, 5);
        points.put(RefusalReason.CERTIFICATE_REQUEST_TOO_LARGE, 5);
        // Slowness.
        points.put(RefusalReason.REQUEST_TOO_SLOW, 5);
        points.put(RefusalReason.CERTIFICATE_REQUEST_TOO_SLOW, 5);
        points.put(RefusalReason.REPLY_NOT_TAKEN, 5);
        return Collections.unmodifiableMap(points);
    }

    /** A fleet whose maker is not listed yet asks all day, and guesses nothing. */
    private static void attestation(Map<RefusalReason, Integer> points) {
        points.put(RefusalReason.ATTESTATION_REQUEST_MALFORMED, 5);
        points.put(RefusalReason.ATTESTATION_REQUEST_TOO_LARGE, 5);
        points.put(RefusalReason.ATTESTATION_STRUCTURE_MALFORMED, 5);
        points.put(RefusalReason.ATTESTATION_ENDORSEMENT_TEMPLATE, 5);
        points.put(RefusalReason.ATTESTATION_ENDORSEMENT_CERTIFICATE, 5);
        points.put(RefusalReason.ATTESTATION_ENDORSEMENT_OTHER_KEY, 10);
        points.put(RefusalReason.ATTESTATION_ENDORSEMENT_EXPIRED, 1);
        points.put(RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED, 1);
        points.put(RefusalReason.ATTESTATION_KEY_REFUSED, 5);
        points.put(RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN, 5);
        points.put(RefusalReason.ATTESTATION_CHALLENGE_EXPIRED, 1);
        points.put(RefusalReason.ATTESTATION_SECRET_WRONG, 10);
        points.put(RefusalReason.ATTESTATION_SIGNATURE_FORGED, 10);
        points.put(RefusalReason.ATTESTATION_STATEMENT_REFUSED, 10);
        points.put(RefusalReason.ATTESTATION_STATEMENT_STALE, 10);
        points.put(RefusalReason.ATTESTATION_STATEMENT_OTHER_KEY, 10);
        points.put(RefusalReason.ATTESTATION_DEVICE_KEY_OTHER, 10);
        points.put(RefusalReason.ATTESTATION_DEVICE_KEY_EXPORTABLE, 5);
        points.put(RefusalReason.ATTESTATION_OTHER_TPM, 10);
        points.put(RefusalReason.ATTESTATIONS_TOO_MANY, 1);
    }

    /** The weight of a refusal at a gate; zero for none. */
    static int points(String gate, RefusalReason reason) {
        return GATES.contains(gate) ? POINTS.getOrDefault(reason, 0) : 0;
    }
}
