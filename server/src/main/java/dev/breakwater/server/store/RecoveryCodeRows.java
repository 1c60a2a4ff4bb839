/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.sql.SQLException;
import java.util.List;

/** Recovery codes as rows, within the transactions of whoever changes a member's factors. */
final class RecoveryCodeRows {

    private static final String OF_MEMBER = " WHERE organization_id = ? AND member_id = ?";

    private RecoveryCodeRows() {}

    static long count(Statements statements, OrganizationId organization, MemberId member)
            throws SQLException {
        return statements.count(
                "SELECT count(*) FROM recovery_code" + OF_MEMBER, organization, member);
    }

    static void insert(
            Transaction transaction,
            OrganizationId organization,
            MemberId member,
            List<SecretDigest> codes)
            throws SQLException {
        for (SecretDigest code : codes) {
            transaction.update(
                    "INSERT INTO recovery_code (organization_id, member_id, code_sha256)"
                            + " VALUES (?, ?, ?)",
                    organization,
                    member,
                    code);
        }
    }

    static void forget(Transaction transaction, OrganizationId organization, MemberId member)
            throws SQLException {
        transaction.update("DELETE FROM recovery_code" + OF_MEMBER, organization, member);
    }
}
