/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.refusal;

import java.util.Locale;

/**
 * Why something was refused: the operator's vocabulary, and beside each reason the only words the
 * client gets.
 */
public enum RefusalReason {
    // A device's identity. One text for all: whoever is refused learns nothing about why.
    CERTIFICATE_MISSING(Texts.NOT_AUTHORIZED, "no client certificate was presented"),
    CERTIFICATE_UNREADABLE(Texts.NOT_AUTHORIZED, "the client certificate cannot be parsed"),
    CERTIFICATE_SELF_SIGNED(Texts.NOT_AUTHORIZED, "the certificate is self-signed"),
    CERTIFICATE_FROM_OTHER_CA(Texts.NOT_AUTHORIZED, "the certificate was issued by another CA"),
    CERTIFICATE_SIGNATURE_FORGED(
            Texts.NOT_AUTHORIZED, "the certificate names our CA, but our CA did not sign it"),
    CERTIFICATE_UNREGISTERED(
            Texts.NOT_AUTHORIZED, "our CA signed the certificate, but it is not registered"),
    CERTIFICATE_EXPIRED(Texts.NOT_AUTHORIZED, "the certificate has expired"),
    CERTIFICATE_NOT_YET_VALID(Texts.NOT_AUTHORIZED, "the certificate is not yet valid"),
    CERTIFICATE_WRONG_USAGE(
            Texts.NOT_AUTHORIZED, "the certificate is not for TLS client authentication"),
    CERTIFICATE_OF_CA(Texts.NOT_AUTHORIZED, "a CA certificate was presented as a device's"),
    CERTIFICATE_REVOKED(Texts.NOT_AUTHORIZED, "the certificate is revoked"),
    CERTIFICATE_SUPERSEDED(
            Texts.NOT_AUTHORIZED,
            "a newer certificate of this device is already in use: a clone is suspected"),
    DEVICE_REVOKED(Texts.NOT_AUTHORIZED, "the device is revoked"),
    DEVICE_GIVEN_AWAY(
            "The device was given away by its owner; wipe it.",
            "a device came back that its owner gave away, and is told to wipe itself"),
    DEVICE_SUSPENDED(Texts.NOT_AUTHORIZED, "the device is suspended"),
    DEVICE_QUARANTINED(Texts.NOT_AUTHORIZED, "the device is quarantined"),
    ASSURANCE_TOO_LOW(
            Texts.NOT_AUTHORIZED,
            "the product's risk profile asks for more assurance than the device has"),
    ORGANIZATION_DISABLED(Texts.NOT_AUTHORIZED, "the organization is disabled"),
    CLIENT_ID_OF_ANOTHER(
            Texts.NOT_AUTHORIZED,
            "the client id does not belong to the device that the certificate proves"),
    DEVICE_TOKEN_UNKNOWN(
            Texts.NOT_AUTHORIZED, "no client certificate was presented, and the token is unknown"),
    DEVICE_TOKEN_NOT_YET_VALID(
            Texts.NOT_AUTHORIZED, "the device's token is not yet valid: the clock was set back"),
    DEVICE_TOKEN_EXPIRED(Texts.NOT_AUTHORIZED, "the device's token has expired"),
    DEVICE_TOKEN_REVOKED(Texts.NOT_AUTHORIZED, "the device's token is revoked"),
    DEVICE_TOKEN_SUPERSEDED(
            Texts.NOT_AUTHORIZED,
            "a newer token or certificate of this device is already in use: a copy is suspected"),
    USER_NAME_OF_ANOTHER(
            Texts.NOT_AUTHORIZED,
            "the user name does not belong to the device that the token proves"),
    ROTATION_WITHOUT_TOKEN(
            "Only a device that came with a token is given the next one.",
            "a device with a certificate asked for a token, or its product permits none"),
    TLS_HANDSHAKE_FAILED(Texts.NOT_AUTHORIZED, "the TLS handshake failed"),
    PROXY_HEADER_MISSING(Texts.NOT_AUTHORIZED, "a proxy did not say whom its connection is for"),

    // Enrollment.
    ENROLLMENT_CREDENTIALS_MISSING(Texts.NOT_AUTHORIZED, "no enrollment code was given"),
    ENROLLMENT_CODE_UNKNOWN(Texts.NOT_AUTHORIZED, "there is no such enrollment code"),
    ENROLLMENT_CODE_EXPIRED(Texts.NOT_AUTHORIZED, "the enrollment code has expired"),
    ENROLLMENT_CODE_USED(Texts.NOT_AUTHORIZED, "the enrollment code is used up"),
    ENROLLMENT_CODE_WITHDRAWN(Texts.NOT_AUTHORIZED, "the enrollment code was withdrawn"),
    ENROLLMENT_SERIAL_NOT_LISTED(
            Texts.NOT_AUTHORIZED, "the enrollment code is not for this serial"),
    ENROLLMENT_SERIAL_TAKEN(Texts.NOT_AUTHORIZED, "a device with this serial is already enrolled"),
    ENROLLMENT_DENIED(Texts.NOT_AUTHORIZED, "an operator denied the enrollment"),
    ENROLLMENT_NETWORK(
            Texts.NOT_AUTHORIZED, "a device enrolls from a network that its product rules out"),
    TICKET_MALFORMED(Texts.NOT_AUTHORIZED, "the set-up ticket is cut off, or is none"),
    TICKET_ALTERED(Texts.NOT_AUTHORIZED, "the set-up ticket was altered, or sealed to another key"),
    TICKET_FORGED(Texts.NOT_AUTHORIZED, "the set-up ticket was not signed by this server"),
    TICKET_EXPIRED(Texts.NOT_AUTHORIZED, "the set-up ticket has expired"),
    TICKET_USED(Texts.NOT_AUTHORIZED, "the set-up ticket was used already"),
    TICKET_OTHER_DEVICE(
            Texts.NOT_AUTHORIZED, "the set-up ticket is for another device than the one that came"),
    TICKET_LABEL_UNKNOWN(Texts.NOT_AUTHORIZED, "no maker has entered a label of this device"),
    TICKET_MEMBER_GONE(
            Texts.NOT_AUTHORIZED, "the member who was granted the ticket may not log in any more"),
    TICKET_DEVICE_BARRED(
            Texts.NOT_AUTHORIZED,
            "the device is suspended or quarantined, and is not set up again"),
    TICKET_OWNED_BY_ANOTHER(
            "The device belongs to somebody else.", "the device belongs to another member"),
    TICKETS_TOO_MANY(
            "Too many set-up tickets; try again later.",
            "a member was granted as many set-up tickets as may be within an hour"),
    CERTIFICATE_LAPSED_TOO_LONG(
            Texts.NOT_AUTHORIZED,
            "the certificate expired longer ago than a lapsed certificate is renewed"),
    LAPSED_RENEWAL_DENIED(
            Texts.NOT_AUTHORIZED, "an operator denied the renewal of the lapsed certificate"),
    LAPSED_RENEWAL_OTHER_KEY(
            Texts.NOT_AUTHORIZED,
            "a lapsed certificate is to be renewed with another key than the one that waits"),
    RECEIPT_MALFORMED("The receipt cannot be read.", "the receipt of an erasure is malformed"),
    RECEIPT_TOO_LARGE(
            "The receipt is too large.", "the receipt of an erasure is larger than the limit"),
    RECEIPT_NOT_ORDERED(
            Texts.RECEIPT_REFUSED, "the receipt is of a device that nobody has given away"),
    RECEIPT_KEY_UNKNOWN(
            Texts.RECEIPT_REFUSED,
            "the receipt is signed with another set-up key than the device's, or it has no label"),
    RECEIPT_FORGED(Texts.RECEIPT_REFUSED, "the receipt's signature is not valid"),
    TIME_NONCE_REFUSED(
            "The time is asked for with a nonce of 43 characters of base64url.",
            "a device asked for the time without a nonce, or with another kind of one"),
    CERTIFICATE_REQUEST_MALFORMED(
            "The certificate request cannot be parsed.", "the PKCS#10 request is malformed"),
    CERTIFICATE_REQUEST_UNPROVEN(
            "The certificate request's signature is not valid.",
            "no proof of possession of the private key"),
    CERTIFICATE_REQUEST_KEY_REFUSED(
            "The public key is not acceptable.", "the public key is weak or of a kind not allowed"),
    CERTIFICATE_REQUEST_KEY_TAKEN(
            "The public key is not acceptable.", "the public key is already registered"),
    CERTIFICATE_REQUEST_NAME_REFUSED(
            "The names in the certificate request are not acceptable.",
            "the request names something the device is not"),
    CERTIFICATE_REQUEST_TYPE_REFUSED(
            "A request is base64 of a PKCS#10 request, with Content-Type application/pkcs10.",
            "the request is not of the media type application/pkcs10"),
    CERTIFICATE_REQUEST_TOO_LARGE(
            "The certificate request is too large.", "a request over the limit arrived"),
    CERTIFICATE_REQUEST_TOO_SLOW(
            "The certificate request did not arrive in time.",
            "a request's body did not arrive in time"),
    RENEWALS_UNUSED_TOO_MANY(
            "Use a certificate you were given before asking for another one.",
            "too many renewed certificates have never been used"),

    // Attestation. One text for all, as with identity.
    ATTESTATION_REQUEST_MALFORMED(
            Texts.NOT_AUTHORIZED, "the request to attest a key is not the JSON it has to be"),
    ATTESTATION_REQUEST_TOO_LARGE(
            Texts.NOT_AUTHORIZED, "the request to attest a key is larger than the limit"),
    ATTESTATION_STRUCTURE_MALFORMED(
            Texts.NOT_AUTHORIZED,
            "a structure of the TPM cannot be read, or is of a kind not taken"),
    ATTESTATION_ENDORSEMENT_TEMPLATE(
            Texts.NOT_AUTHORIZED,
            "the endorsement key is not restricted to decrypting within its TPM"),
    ATTESTATION_ENDORSEMENT_CERTIFICATE(
            Texts.NOT_AUTHORIZED,
            "the endorsement certificate cannot be read, or is for another use"),
    ATTESTATION_ENDORSEMENT_OTHER_KEY(
            Texts.NOT_AUTHORIZED, "the endorsement certificate is for another key"),
    ATTESTATION_ENDORSEMENT_EXPIRED(
            Texts.NOT_AUTHORIZED, "a certificate of the endorsement key is outside its time"),
    ATTESTATION_ENDORSEMENT_UNTRUSTED(
            Texts.NOT_AUTHORIZED,
            "no root in the list vouches for the endorsement key, and it is not listed itself"),
    ATTESTATION_KEY_REFUSED(
            Texts.NOT_AUTHORIZED,
            "the attestation key is not restricted to what its TPM says, or can leave it"),
    ATTESTATION_CHALLENGE_UNKNOWN(
            Texts.NOT_AUTHORIZED,
            "no challenge of this device and certificate waits for the answer"),
    ATTESTATION_CHALLENGE_EXPIRED(Texts.NOT_AUTHORIZED, "the challenge was answered too late"),
    ATTESTATION_SECRET_WRONG(Texts.NOT_AUTHORIZED, "the TPM did not open the challenge"),
    ATTESTATION_SIGNATURE_FORGED(
            Texts.NOT_AUTHORIZED, "the statement's signature is not by the attestation key"),
    ATTESTATION_STATEMENT_REFUSED(
            Texts.NOT_AUTHORIZED, "the statement is none of a TPM about a key"),
    ATTESTATION_STATEMENT_STALE(
            Texts.NOT_AUTHORIZED, "the statement was made for another challenge"),
    ATTESTATION_STATEMENT_OTHER_KEY(
            Texts.NOT_AUTHORIZED, "the statement is about another key than the device's"),
    ATTESTATION_DEVICE_KEY_OTHER(
            Texts.NOT_AUTHORIZED,
            "the key to attest is not the one that the device connected with"),
    ATTESTATION_DEVICE_KEY_EXPORTABLE(
            Texts.NOT_AUTHORIZED, "the device's key can leave the TPM, or was not made in it"),
    ATTESTATION_OTHER_TPM(
            Texts.NOT_AUTHORIZED, "the device's keys were attested by another TPM before"),
    ATTESTATIONS_TOO_MANY(
            "Too many requests; try again later.",
            "a device asked to attest its key more often than it may"),

    // The channel.
    CONNECTION_SHED(
            "The server is busy; try again later.",
            "a connection was closed before its handshake: too many at once"),
    CONNECT_NOT_FIRST("The first packet must be CONNECT.", "the first packet was not CONNECT"),
    CONNECT_TOO_LATE("No CONNECT arrived in time.", "no CONNECT arrived in time"),
    KEEPALIVE_MISSED(
            "Nothing arrived within one and a half keep-alive periods.",
            "the keep-alive period passed"),
    PACKET_MALFORMED("The packet is malformed.", "a malformed packet arrived"),
    PROTOCOL_VIOLATED("The packet is not allowed at this point.", "the protocol was violated"),
    PROTOCOL_VERSION_UNSUPPORTED(
            "MQTT 3.1.1 and 5.0 are supported.", "another protocol version was asked for"),
    PACKET_TOO_LARGE("The packet is too large.", "a packet over the limit arrived"),
    TOPIC_REFUSED(
            "The topic is not one a device may use.",
            "a topic outside the native profile was used"),
    PAYLOAD_REFUSED(
            "The payload is not what this topic takes.", "the payload does not fit the topic"),
    CONNECTION_RATE_EXCEEDED(
            "The device connects too often; wait before the next attempt.",
            "a device connects too often, or before its wait is over"),
    MESSAGE_RATE_TOO_HIGH(
            "The device sends too many messages; slow down.",
            "a device has sent more messages than its quota for too long"),
    QUOTA_EXCEEDED("A quota is used up; slow down.", "a quota was exceeded"),
    WEBSOCKET_REFUSED(
            "The WebSocket handshake or frame is not acceptable.",
            "the WebSocket rules were violated"),

    // Sealed payloads. One text for whatever is wrong with an envelope: its sender learns nothing.
    PAYLOAD_NOT_SEALED(
            "A payload on this topic has to be sealed.",
            "a payload came in clear, and its product asks for sealed ones"),
    ENVELOPE_REFUSED(
            "The sealed payload is not acceptable.",
            "an envelope does not open, is sealed to another key, or is not wanted at all"),
    ENVELOPE_REPLAYED(
            "The sealed payload is not acceptable.",
            "an envelope was taken before, or is older than what was taken"),

    // The application firewall: what a product or organization has ruled.
    FIREWALL_SCHEMA(
            "The payload is not what this topic takes.",
            "the payload does not fit the product's schema for the topic"),
    FIREWALL_PAYLOAD(
            "The payload is larger than this topic takes.",
            "the payload is larger than the product's rule for the topic allows"),
    FIREWALL_RATE(
            "Too many messages on this topic; slow down.",
            "a device sends more messages than the product's rule for the topic allows"),
    FIREWALL_NETWORK(
            Texts.NOT_AUTHORIZED, "a device connects from a network that its product rules out"),
    FIREWALL_CONNECTS(
            "The device connects too often; wait before the next attempt.",
            "a device connects more often than its product's rule allows"),
    FIREWALL_STAFF_NETWORK(
            "The organization does not allow this source.",
            "a member comes from a network that the organization rules out"),
    FIREWALL_TOKEN_NETWORK(
            "The organization does not allow this source.",
            "a token is used from a network that the organization rules out"),

    // People and apps.
    TOKEN_MISSING("A bearer token is needed.", "no bearer token was given"),
    TOKEN_UNKNOWN("The token is not valid.", "the token is not known"),
    TOKEN_EXPIRED("The token is not valid.", "the token has expired"),
    TOKEN_REVOKED("The token is not valid.", "the token is revoked"),
    PERMISSION_MISSING(
            "The token does not permit this operation.", "the token lacks the permission"),
    NOT_THEIR_DEVICE(
            "There is no such thing.", "a device owner asked for a device that is not theirs"),
    SHARE_TOO_NARROW(
            "The device is shared with you, and that does not cover this.",
            "somebody wanted of a shared device what its share does not cover"),
    LOG_IN_REFUSED(
            "The address or the password is not right.", "somebody could not prove who they are"),
    LOG_IN_TOO_OFTEN(
            "Too many attempts; try again later.", "an attempt came before the wait was over"),
    CROSS_SITE(
            "The request does not come from a page of this server.",
            "a browser sent it for another site's page, or without what only our pages can send"),
    SECOND_FACTOR_REFUSED(
            "The second factor is not right.", "somebody could not prove their second factor"),
    SECOND_FACTOR_MISSING(
            "A second factor is needed.",
            "the organization demands a second factor, and the session has proven none"),
    STEP_UP_MISSING(
            "A second factor is needed once more.",
            "the operation needs a second factor proven a short while ago"),
    OIDC_STATE_REFUSED(
            Texts.PROVIDER_REFUSED,
            "an answer of the identity provider belongs to no log-in that waits for one"),
    OIDC_BROWSER_REFUSED(
            Texts.PROVIDER_REFUSED,
            "an answer of the identity provider came to another browser than the one that asked"),
    OIDC_ISSUER_REFUSED(Texts.PROVIDER_REFUSED, "an answer came from another identity provider"),
    OIDC_CODE_REFUSED(
            Texts.PROVIDER_REFUSED, "the identity provider refused, or does not take its own code"),
    OIDC_TOKEN_REFUSED(Texts.PROVIDER_REFUSED, "the identity provider's ID token is not good"),
    OIDC_IDENTITY_REFUSED(
            Texts.PROVIDER_REFUSED,
            "the identity provider proved somebody who is not linked to one member who may log in"),
    OIDC_LINK_REFUSED(Texts.PROVIDER_REFUSED, "an identity could not be linked to a member"),
    OIDC_PROVIDER_UNAVAILABLE(
            "The identity provider cannot be used at the moment; try again later.",
            "the identity provider cannot be reached, or is not as it was configured"),
    PASSWORD_MISSING(
            "The password is needed once more.",
            "the operation needs the password, shown a short while ago"),
    REFRESH_TOKEN_REUSED(
            "The token is not valid.",
            "a refresh token was used a second time; its session has ended, for one of two is a thief"),
    INVITATION_REFUSED(
            "The invitation is not valid.", "the invitation is wrong, used, withdrawn or expired"),
    PASSWORD_RESET_REFUSED(
            "The code is not valid.",
            "the code of a password reset is wrong, used, replaced or expired"),
    TRANSFER_CODE_REFUSED(
            "The code is not valid.",
            "the code of a device's transfer is wrong, used, withdrawn or expired"),
    SHARE_CODE_REFUSED(
            "The code is not valid.",
            "the code of a device's share is wrong, used, withdrawn or expired"),
    SETUP_CODE_REFUSED("The setup code is not valid.", "the setup code is wrong or was used"),
    REQUEST_MALFORMED("The request is malformed.", "bytes arrived that are no HTTP request"),
    HTTP2_ABUSED(
            "Too many frames that serve no request.",
            "an HTTP/2 connection sent too many frames that serve no request"),
    REQUEST_TOO_SLOW(
            "The request did not arrive in time.",
            "a handshake, a request's head or its body did not arrive in time"),
    REPLY_NOT_TAKEN(
            "The reply was not taken in time.",
            "a client took its reply too slowly, or not at all"),
    REQUEST_OUTSIDE_CONTRACT(
            "The request is not in the API's contract.",
            "the request is not in the OpenAPI document"),

    UPDATE_FILE_UNKNOWN(
            "There is no such file.",
            "a device asked for an artifact that no published release of its product names"),
    UPDATE_FETCH_MALFORMED(
            "The request for a file is malformed.",
            "a request for a piece of an update's file is malformed"),
    DOWNLOAD_RANGE_REFUSED(
            "The range lies outside the file.", "a device asked for bytes outside an artifact"),
    DOWNLOAD_ENDED(
            Texts.NOT_AUTHORIZED, "a device lost its right to a download while it was going on"),
    UPDATE_METADATA_REFUSED(
            "The file of metadata is not taken.",
            "a root or a file of targets that was handed in breaks a rule, or is signed by too few"),
    ARTIFACT_ALTERED(
            "The artifact has another hash than was announced.",
            "an artifact that was uploaded has another hash than was announced"),

    // The server's own state.
    TOO_MANY_REQUESTS("Too many requests; try again later.", "a rate limit was reached"),
    BUDGET_SPENT(
            "Too many requests; try again later.",
            "the budget of a token or of an organization is used up"),
    SERVER_BUSY("The server is busy; try again later.", "a limit of the server was reached"),
    ISSUANCE_FAILED(
            "The server cannot issue certificates at the moment; try again later.",
            "the certificate authority failed"),
    STORAGE_UNAVAILABLE(
            "The server cannot store anything at the moment; try again later.",
            "the store is unavailable"),
    STORAGE_FULL("The server's storage is full; try again later.", "the disk of the store is full");

    private final String clientText;
    private final String operatorText;

    RefusalReason(String clientText, String operatorText) {
        this.clientText = clientText;
        this.operatorText = operatorText;
    }

    /** What the client may read. */
    public String clientText() {
        return clientText;
    }

    /** What the operator reads. */
    public String operatorText() {
        return operatorText;
    }

    /** The name in metrics and audit entries, e.g. {@code certificate-expired}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static final class Texts {
        static final String NOT_AUTHORIZED = "Not authorized.";
        static final String RECEIPT_REFUSED = "The receipt is not acceptable.";
        static final String PROVIDER_REFUSED = "The log-in through the provider did not succeed.";
    }
}
