/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.enrollment.EnrollmentOutcome;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;

/** What devices do that API tests ask about. */
record ApiDevices(ApiServer server) {

    /** A device that has enrolled by a code that its organization's administrator made. */
    DeviceId enrolled(ApiClient administrator, String serial) throws Exception {
        String product =
                administrator.post("/products", "{\"name\":\"Tank " + serial + "\"}").ok("id");
        String code =
                administrator
                        .post(
                                "/enrollment-codes",
                                "{\"product\":\"%s\",\"serials\":[\"%s\"]}"
                                        .formatted(product, serial))
                        .ok("secret");
        byte[] request = TestRequests.request(TestKeys.p256(), serial);
        EnrollmentOutcome outcome = server.enrollment.enroll(serial, code, request, "127.0.0.1");
        if (!(outcome instanceof EnrollmentOutcome.Issued)) {
            throw new AssertionError("the device did not enroll: " + outcome);
        }
        return server.devices
                .device(
                        OrganizationId.parse(administrator.organization()),
                        new DeviceSerial(serial))
                .orElseThrow()
                .id();
    }

    /** An open finding about a device. */
    String finding(ApiClient administrator, DeviceId device) {
        OrganizationId organization = OrganizationId.parse(administrator.organization());
        for (int i = 0; i < ApiServer.LIMITS.of(Limit.FIREWALL_FAILED_CONNECTS); i++) {
            server.firewall
                    .gate()
                    .failed(organization, device, "192.0.2.7", RefusalReason.CERTIFICATE_EXPIRED);
        }
        server.firewall.findings().storeNoticed();
        return administrator.get("/findings?state=open&device=" + device).text("/items/0/id");
    }
}
