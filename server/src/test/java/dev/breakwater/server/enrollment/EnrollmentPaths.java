/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.server.store.SqlLapsedRenewalStore;
import dev.breakwater.server.store.SqlTicketStore;

/** The ways to a certificate in a world whose other parts stand. */
record EnrollmentPaths(
        Enrollment byCode, TicketEnrollment byTicket, Renewals renewals, LapsedRenewals lapsed) {

    static EnrollmentPaths within(EnrollmentWorld world) {
        RequestValidation validation = new RequestValidation(world.ledger);
        return new EnrollmentPaths(
                new Enrollment(
                        world.store,
                        world.devices,
                        validation,
                        world.authority,
                        world.firewall.gate(),
                        world.refusals,
                        world.meters,
                        world.limits,
                        world.clock),
                new TicketEnrollment(
                        world.tickets,
                        new SqlTicketStore(world.database, world.audit),
                        world.store,
                        world.devices,
                        validation,
                        world.authority,
                        world.firewall.gate(),
                        world.refusals,
                        world.meters,
                        world.limits,
                        world.clock),
                new Renewals(
                        world.credentials,
                        world.devices,
                        world.store,
                        validation,
                        world.authority,
                        world.refusals,
                        world.meters,
                        world.limits,
                        world.clock),
                new LapsedRenewals(
                        new SqlLapsedRenewalStore(world.database, world.audit),
                        world.credentials,
                        world.devices,
                        world.store,
                        validation,
                        world.authority,
                        world.refusals,
                        world.meters,
                        world.limits,
                        world.clock));
    }
}
