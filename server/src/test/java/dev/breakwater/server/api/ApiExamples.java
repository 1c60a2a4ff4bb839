/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.attestation.EndorsementPki;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A body that the contract takes, for each operation that takes one; and which lists are short. */
final class ApiExamples {

    private static final String OWN_ENVELOPE_KEY =
            "{\"publicKey\":\"QxDul9iMwfCIpVdsd6sM9cOseX89lROcbIS1QpxZZio=\"}";
    private static final String KEY = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

    /** The label that is entered before everything else, and its key. */
    static final String ENTERED = "LABEL-1";

    static final String ENTERED_KEY = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    /** Questions and beginnings: what comes of them is audited when it comes. */
    static final Set<String> CHANGES_NOTHING =
            Set.of(
                    "adviseOnProduct",
                    "askCertificateStatus",
                    "askForPasskey",
                    "askToStepUp",
                    "beginArtifactUpload",
                    "beginOidcLink",
                    "beginOidcLogIn",
                    "beginPasskey",
                    "beginTotp",
                    "checkLabel",
                    "previewRollout",
                    "putArtifactPart");

    /** Lists with a limit of their own: what a member has, keys, owners of a device, providers. */
    static final Set<String> KEPT_SHORT =
            Set.of(
                    "listDeviceEnvelopeKeys",
                    "listDeviceOwners",
                    "listDeviceShares",
                    "listEnvelopeKeys",
                    "listOidcProviders",
                    "listOwnDeviceShares",
                    "listOwnFactors",
                    "listOwnOidcLinks",
                    "listOwnSessions");

    /** What is asked with a body of another kind. */
    static final Set<String> NO_JSON =
            Set.of(
                    "askCertificateStatus",
                    "checkLabel",
                    "handInRoot",
                    "handInTargets",
                    "handInTogether",
                    "putArtifactPart",
                    "replaceScanRules");

    private ApiExamples() {}

    /**
     * The body of an operation.
     *
     * @param objects ids of what there is, by the names that paths give them
     */
    static String of(String operationId, Map<String, String> objects) {
        return Optional.ofNullable(bodies(objects).get(operationId))
                .orElseThrow(() -> new AssertionError("no example for " + operationId));
    }

    /** The media type of that body. */
    static String mediaType(Operation operation) {
        return switch (operation.id()) {
            case "askCertificateStatus" -> "application/ocsp-request";
            case "checkLabel" -> ApiClient.FORM;
            case "handInRoot",
                    "handInTargets",
                    "handInTogether",
                    "putArtifactPart",
                    "replaceScanRules" ->
                    ReleaseScenes.BYTES;
            default ->
                    operation.method().equals("PATCH")
                            ? "application/merge-patch+json"
                            : ApiClient.JSON;
        };
    }

    /** Enters the label of a device that nobody has set up, and returns its id. */
    static String enteredLabel(ApiClient maker, Map<String, String> objects) {
        return maker.post("/device-labels", label(objects, ENTERED, ENTERED_KEY)).ok("id");
    }

    private static String label(Map<String, String> objects, String serial, String key) {
        return "{\"product\":\"%s\",\"serial\":\"%s\",\"setupKeyHash\":\"%s\"}"
                .formatted(objects.get("productId"), serial, key);
    }

    /** What a read needs to be asked; {@code more} is a further part, or nothing. */
    static String query(String operationId, String more) {
        if (!operationId.equals("getDeviceStanding")) {
            return more;
        }
        String label = "?serial=" + ENTERED + "&setupKeyHash=" + ENTERED_KEY;
        return more.isEmpty() ? label : label + "&" + more.substring(1);
    }

    /** The id of a key that the organization alone holds. */
    static String enteredEnvelopeKey(ApiClient owner) {
        return owner.post("/envelope-keys", OWN_ENVELOPE_KEY).has(201).text("/id");
    }

    /** The id of a root of a maker of TPMs; another one each time. */
    static String enteredAuthority(ApiClient owner) {
        return enterAuthority(owner).has(201).text("/id");
    }

    static Answer enterAuthority(ApiClient owner) {
        return owner.post("/endorsement-authorities", authority());
    }

    private static String authority() {
        try {
            String pem = new EndorsementPki("Maker", Instant.now()).rootPem();
            return "{\"certificate\":\"%s\"}".formatted(pem.replace("\n", "\\n"));
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The id of a single endorsement key; another one each time. */
    static String enteredEndorsementKey(ApiClient owner) {
        return enterEndorsementKey(owner).has(201).text("/id");
    }

    static Answer enterEndorsementKey(ApiClient owner) {
        return owner.post("/endorsement-keys", endorsementKey());
    }

    /** An id of the form that this parameter has, of nothing that there is. */
    static String noneLike(String parameter) {
        return switch (parameter) {
            case "endorsementAuthorityId", "endorsementKeyId", "fingerprint" -> sha256();
            case "rootVersion", "partOffset", "targetsOffset" -> "7";
            case "metadataFile" -> "7.root.json";
            default -> UUID.randomUUID().toString();
        };
    }

    private static String sha256() {
        return HexFormat.of().formatHex(SecureBytes.fresh(32));
    }

    private static String endorsementKey() {
        return "{\"sha256\":\"%s\",\"note\":\"board 17\"}".formatted(sha256());
    }

    private static Map<String, String> bodies(Map<String, String> objects) {
        Map<String, String> bodies = new HashMap<>();
        ofPeople(bodies, objects);
        ofProducts(bodies, objects);
        ofDevices(bodies, objects);
        return bodies;
    }

    private static void ofPeople(Map<String, String> bodies, Map<String, String> objects) {
        bodies.put("setUp", "{\"code\":\"X\",\"organizationName\":\"O\",\"tokenName\":\"t\"}");
        bodies.put("changeOrganization", "{\"name\":\"Reef & Daughters\"}");
        bodies.put("logIn", "{\"email\":\"no@body.example\",\"password\":\"whatever it may be\"}");
        bodies.put(
                "beginOidcLogIn", "{\"organizationId\":\"" + objects.get("organizationId") + "\"}");
        bodies.put("beginOidcLink", "{\"password\":\"p\"}");
        bodies.put("refreshSession", "{\"refreshToken\":\"bwr_none\"}");
        bodies.put("changeMemberRole", "{\"role\":\"support\"}");
        bodies.put("inviteMember", "{\"email\":\"kim@reef.example\",\"role\":\"operator\"}");
        bodies.put("acceptInvitation", "{\"code\":\"bwi_none\",\"name\":\"X\",\"password\":\"p\"}");
        bodies.put("setForgottenPassword", "{\"code\":\"bwp_none\",\"password\":\"p\"}");
        String proof = "\"proof\":{\"totp\":\"123456\"}";
        bodies.put(
                "proveSecondFactor",
                "{\"challenge\":\"bwc_%s\",%s}".formatted("0".repeat(64), proof));
        bodies.put("beginTotp", "{\"name\":\"App\",\"password\":\"p\"}");
        bodies.put("confirmTotp", "{\"totp\":\"123456\"}");
        bodies.put("enterEndorsementAuthority", authority());
        bodies.put("enterEndorsementKey", endorsementKey());
        bodies.put("beginPasskey", "{\"password\":\"p\"}");
        bodies.put(
                "addPasskey",
                "{\"challenge\":\"bwc_%s\",\"name\":\"K\",\"attestationObject\":\"oA\",\"clientDataJSON\":\"e30\"}"
                        .formatted("0".repeat(64)));
        bodies.put("stepUp", "{" + proof + "}");
        bodies.put("changeOwnPassword", "{\"password\":\"p\",\"newPassword\":\"q\"}");
        bodies.put("createToken", "{\"name\":\"t\",\"role\":\"operator\"}");
    }

    private static void ofProducts(Map<String, String> bodies, Map<String, String> objects) {
        bodies.put("createProduct", "{\"name\":\"P\"}");
        bodies.put("replaceProductQuota", "{\"publishesPerSecond\":5}");
        bodies.put("enterDeviceOwner", "{\"memberId\":\"" + objects.get("memberId") + "\"}");
        bodies.put("replaceProductFirewall", "{\"schemas\":[]}");
        bodies.put("replaceOrganizationFirewall", "{\"staff\":{\"mode\":\"off\",\"allowed\":[]}}");
        bodies.put("dismissFinding", "{\"reason\":\"our own test\"}");
        bodies.put("quarantineForFinding", "{\"reason\":\"odd\"}");
        bodies.put("revokeForFinding", "{\"reason\":\"stolen\"}");
        bodies.put("banForFinding", "{\"reason\":\"guesses\",\"seconds\":60}");
        bodies.put("enterEnvelopeKey", OWN_ENVELOPE_KEY);
        bodies.put("rotateEnvelopeKey", "{\"othersOpenSeconds\":3600}");
        bodies.put("replaceProductSealing", "{\"sealing\":\"allowed\",\"recipient\":\"server\"}");
        bodies.put("replaceProductGuidance", "{\"supportedUntil\":\"2031-12-31\"}");
        bodies.put("checkLabel", "serial=" + ENTERED + "&key=" + ENTERED_KEY);
        bodies.put("handInRoot", "{}");
        bodies.put("handInTargets", "{}");
        bodies.put("handInTogether", "{}{}");
        bodies.put("putArtifactPart", "x");
        bodies.put("replaceScanRules", "[[rules]]\nid = \"own\"\nregex = 'own-[0-9]{9}'\n");
        bodies.put(
                "beginArtifactUpload",
                "{\"sha256\":\"%s\",\"length\":7,\"name\":\"a.zip\"}".formatted(sha256()));
        bodies.put(
                "waiveArtifactFinding",
                "{\"reason\":\"it opens nothing\",\"expires\":\"2026-12-31T00:00:00Z\"}");
        String rollout =
                "{\"releaseId\":\"%s\",\"target\":{\"all\":true}}"
                        .formatted(
                                objects.getOrDefault(
                                        "releaseOfRollout", UUID.randomUUID().toString()));
        bodies.put("previewRollout", rollout);
        bodies.put("proposeRollout", rollout);
        bodies.put("replaceUpdatePolicy", "{\"consent\":\"owner\"}");
        for (String operation : Set.of("pauseRollout", "abortRollout", "stopUpdates")) {
            bodies.put(operation, "{\"reason\":\"smoke\"}");
        }
        bodies.put("replaceProductRiskProfile", "{\"riskProfile\":\"standard\"}");
        bodies.put(
                "adviseOnProduct",
                """
                {"consequences":["money"],"attackersReachDevice":false,"fleetSize":7,\
                "battery":true,"partsBudgetCents":0}""");
    }

    private static void ofDevices(Map<String, String> bodies, Map<String, String> objects) {
        bodies.put("registerDevice", "{\"serial\":\"T-1\"}");
        bodies.put("createDeviceToken", "{\"validitySeconds\":60}");
        bodies.put(
                "createEnrollmentCode",
                "{\"product\":\"%s\",\"serials\":[\"C-1\"]}".formatted(objects.get("productId")));
        bodies.put("enterDeviceLabel", label(objects, "L-1", KEY));
        bodies.put(
                "enterDeviceLabelBatch",
                "{\"product\":\"%s\",\"labels\":[{\"serial\":\"L-1\",\"setupKeyHash\":\"%s\"}]}"
                        .formatted(objects.get("productId"), KEY));
        bodies.put(
                "createSetupTicket", "{\"serial\":\"L-1\",\"setupKeyHash\":\"%s\"}".formatted(KEY));
        bodies.put("replaceDeviceTags", "{\"tags\":[\"beta\"]}");
        bodies.put("changeDeviceTags", "{\"serials\":[\"T-1\"],\"add\":[\"beta\"]}");
        bodies.put("offerDeviceShare", "{\"right\":\"use\"}");
        bodies.put("acceptDeviceShare", "{\"code\":\"bws_none\"}");
        bodies.put("acceptDeviceTransfer", "{\"code\":\"bwx_none\"}");
        String rollout = "\"rollout\":\"%s\"".formatted(UUID.randomUUID());
        bodies.put("approveOwnDeviceUpdate", "{" + rollout + "}");
        bodies.put("refuseOwnDeviceUpdate", "{" + rollout + "}");
        bodies.put(
                "postponeOwnDeviceUpdate", "{" + rollout + ",\"until\":\"2031-12-31T00:00:00Z\"}");
        bodies.put("denyEnrollment", "{\"reason\":\"unknown\"}");
        bodies.put("suspendDevice", "{\"reason\":\"leaks\"}");
        bodies.put("quarantineDevice", "{\"reason\":\"odd\"}");
        bodies.put("revokeDevice", "{\"reason\":\"stolen\"}");
        bodies.put("reinstateDevice", "{\"reason\":\"found\"}");
        bodies.put("changeDesiredState", "{\"light\":\"on\"}");
        bodies.put("sendCommand", "{\"name\":\"feed\"}");
        bodies.put("askCertificateStatus", "x");
    }
}
