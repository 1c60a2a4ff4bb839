/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.enrollment.EnrollmentCode;
import dev.breakwater.server.enrollment.EnrollmentCodeId;
import dev.breakwater.server.enrollment.Redemption;
import dev.breakwater.server.enrollment.RedemptionId;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.SQLException;

/** How rows of codes and redemptions are selected and read. */
final class EnrollmentRows {

    /** A denied enrollment gives its place back. */
    static final String CODES =
            "SELECT enrollment_code.*,"
                    + " (SELECT count(*) FROM enrollment_code_serial"
                    + " WHERE enrollment_code_serial.code_id = enrollment_code.code_id) AS serials,"
                    + " (SELECT count(*) FROM redemption"
                    + " WHERE redemption.code_id = enrollment_code.code_id"
                    + " AND redemption.state <> 'DENIED') AS used"
                    + " FROM enrollment_code";

    static final String REDEMPTIONS =
            "SELECT redemption.*, enrollment_code.product_id FROM redemption"
                    + " JOIN enrollment_code ON enrollment_code.code_id = redemption.code_id";

    private EnrollmentRows() {}

    static X509Certificate certificate(byte[] der) throws SQLException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException altered) {
            throw new SQLException("a stored certificate cannot be read", altered);
        }
    }

    static EnrollmentCode code(Row row) throws SQLException {
        return new EnrollmentCode(
                new EnrollmentCodeId(row.uuid("code_id")),
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                row.text("note"),
                row.integer("serials"),
                row.integer("uses"),
                row.integer("used"),
                row.flag("approval_needed"),
                row.instant("created_us"),
                row.text("created_by"),
                row.instant("expires_us"),
                row.optionalInstant("withdrawn_us"),
                Assurance.valueOf(row.text("assurance")));
    }

    static Redemption redemption(Row row) throws SQLException {
        return new Redemption(
                new RedemptionId(row.uuid("redemption_id")),
                new OrganizationId(row.uuid("organization_id")),
                new EnrollmentCodeId(row.uuid("code_id")),
                new ProductId(row.uuid("product_id")),
                new DeviceSerial(row.text("serial")),
                new KeyFingerprint(row.text("key_sha256")),
                new DeviceId(row.uuid("device_id")),
                Redemption.State.valueOf(row.text("state")),
                row.instant("requested_us"),
                row.text("requested_from"),
                row.optionalText("decided_by"),
                row.optionalText("fingerprint").map(CredentialFingerprint::new));
    }
}
