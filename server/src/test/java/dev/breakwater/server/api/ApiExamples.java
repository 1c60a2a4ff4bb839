/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A body that the contract takes, for each operation that takes one. */
final class ApiExamples {

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

    private static Map<String, String> bodies(Map<String, String> objects) {
        Map<String, String> bodies = new HashMap<>();
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
        bodies.put("beginPasskey", "{\"password\":\"p\"}");
        bodies.put(
                "addPasskey",
                "{\"challenge\":\"bwc_%s\",\"name\":\"K\",\"attestationObject\":\"oA\",\"clientDataJSON\":\"e30\"}"
                        .formatted("0".repeat(64)));
        bodies.put("stepUp", "{" + proof + "}");
        bodies.put("changeOwnPassword", "{\"password\":\"p\",\"newPassword\":\"q\"}");
        bodies.put("createToken", "{\"name\":\"t\",\"role\":\"operator\"}");
        bodies.put("createProduct", "{\"name\":\"P\"}");
        bodies.put("replaceProductQuota", "{\"publishesPerSecond\":5}");
        bodies.put("enterDeviceOwner", "{\"memberId\":\"" + objects.get("memberId") + "\"}");
        bodies.put("replaceProductFirewall", "{\"schemas\":[]}");
        bodies.put("replaceOrganizationFirewall", "{\"staff\":{\"mode\":\"off\",\"allowed\":[]}}");
        bodies.put("dismissFinding", "{\"reason\":\"our own test\"}");
        bodies.put("quarantineForFinding", "{\"reason\":\"odd\"}");
        bodies.put("revokeForFinding", "{\"reason\":\"stolen\"}");
        bodies.put("banForFinding", "{\"reason\":\"guesses\",\"seconds\":60}");
        bodies.put("replaceProductRiskProfile", "{\"riskProfile\":\"standard\"}");
        bodies.put(
                "adviseOnProduct",
                """
                {"consequences":["money"],"attackersReachDevice":false,"fleetSize":7,\
                "battery":true,"partsBudgetCents":0}""");
        bodies.put("registerDevice", "{\"serial\":\"T-1\"}");
        bodies.put("createDeviceToken", "{\"validitySeconds\":60}");
        bodies.put(
                "createEnrollmentCode",
                "{\"product\":\"%s\",\"serials\":[\"C-1\"]}".formatted(objects.get("productId")));
        bodies.put("denyEnrollment", "{\"reason\":\"unknown\"}");
        bodies.put("suspendDevice", "{\"reason\":\"leaks\"}");
        bodies.put("quarantineDevice", "{\"reason\":\"odd\"}");
        bodies.put("revokeDevice", "{\"reason\":\"stolen\"}");
        bodies.put("reinstateDevice", "{\"reason\":\"found\"}");
        bodies.put("changeDesiredState", "{\"light\":\"on\"}");
        bodies.put("sendCommand", "{\"name\":\"feed\"}");
        bodies.put("askCertificateStatus", "x");
        return bodies;
    }
}
