// Package mailer sends the mails of the outbox over SMTP. It renders the texts mail.<template>.subject and .body in the
// recipient's language, as plain text and as HTML made of the same words, and hands them to the one mail server that the
// configuration names.
//
// What a failure means: a server that is down, or that takes nothing from us, is an outage, and the mail waits for its end; an
// answer 4xx to recipient or content is tried again with back-off; an answer 5xx is a refusal and sets the mail aside for
// the operator. A mail is sent at least once; a repeat has the Message-ID of the first.
package mailer
