// Package customer owns companies and customers: who they are, that a customer belongs to exactly one company, and how the
// first of each comes to be. What a person may do at a customer belongs to package admin, how he signs in to package signin.
//
// A company account (OrgID) is made by an operator, or by the company itself where the policy of the installation lets it:
//
//	form ──mail──▶ address verified ──(operator approves)──mail──▶ password chosen ──▶ company account with its first login
//
// A login of a company account without customers makes the first one and becomes its administrator. From then on belonging
// to the company opens nothing: whoever comes later can only ask the administrators (PLT-382, PLT-386).
package customer
