"""Every kind of message the market sends, in one table: its words, and what must be known to say them.

A message is said in the language of whoever gets it. `%(item)s` and the like are filled from its data; `%(market)s` is the name of the
market, always at hand. A kind that was sent once stays, and never needs more than it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

# How a value is written: as it is, as money (`Money`), as a day or as a minute (milliseconds).
Form: TypeAlias = Literal["text", "money", "day", "minute"]


class Kind(NamedTuple):
    """The words of a message. `subject` is also its line in the app, and `button` leads to its link."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    button: str
    needs: Mapping[str, Form]


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated when it is said."""
    return message


# Told in the app, and by mail.
NOTICES: dict[str, Kind] = {
    "password_changed": Kind(
        _("Your password was changed"),
        _("Your password was changed"),
        (
            _("The new password is in force, and you are signed out on your other devices."),
            _("Programs that act for you with a token go on working; you can revoke it in your account."),
            _("Was this not you? Then choose a new password at once: ask for it on the sign-in page."),
        ),
        _("See where you are signed in"),
        {},
    ),
    "password_reset": Kind(
        _("You have a new password"),
        _("You have a new password"),
        (
            _("It is in force. You are signed out everywhere, and the tokens of your programs no longer work."),
            _("Was this not you? Then choose a new password at once: ask for it on the sign-in page."),
        ),
        _("Make new tokens"),
        {},
    ),
    "order_placed": Kind(
        _("Your order is placed: %(item)s"),
        _("Thank you, your order is placed"),
        (
            _("%(item)s, from %(shop)s. You have paid %(total)s."),
            _(
                "We hold the money until the goods have arrived. If they are not sent by %(send_by)s, you get it back by itself."
            ),
        ),
        _("See your order"),
        {"item": "text", "shop": "text", "total": "money", "send_by": "day"},
    ),
    "order_to_send": Kind(
        _("New order to send: %(item)s"),
        _("You have sold something"),
        (
            _("%(buyer)s has bought %(item)s and paid %(total)s."),
            _("Send it by %(send_by)s. After that the order is called off, and the buyer gets the money back."),
        ),
        _("Send parcel"),
        {"item": "text", "buyer": "text", "total": "money", "send_by": "day"},
    ),
    "order_cancelled": Kind(
        _("Your order is cancelled: %(item)s"),
        _("Your order is cancelled"),
        (_("%(item)s, from %(shop)s, is for sale again. Nothing was paid."),),
        _("See the order"),
        {"item": "text", "shop": "text"},
    ),
    "order_expired": Kind(
        _("Your order has expired: %(item)s"),
        _("Your order has expired"),
        (
            _("%(item)s, from %(shop)s, was not paid in time and is for sale again."),
            _("Do you still want it? Then put it into your cart once more."),
        ),
        _("See the order"),
        {"item": "text", "shop": "text"},
    ),
    "order_called_off": Kind(
        _("The order is called off: %(item)s"),
        _("The order is called off"),
        (
            _("%(item)s will not be sent. The reason given: %(reason)s"),
            _("The buyer gets %(total)s back, the way it was paid."),
        ),
        _("See the order"),
        {"item": "text", "reason": "text", "total": "money"},
    ),
    "order_lapsed": Kind(
        _("Not sent in time: %(item)s"),
        _("The order was not sent in time"),
        (
            _("%(shop)s has not sent %(item)s in time, so the order is called off."),
            _("The buyer gets %(total)s back, the way it was paid."),
        ),
        _("See the order"),
        {"item": "text", "shop": "text", "total": "money"},
    ),
    "payment_needs_attention": Kind(
        _("Your payment needs you: %(item)s"),
        _("Your payment is not finished"),
        (
            _("%(total)s for %(item)s is not paid yet. Your bank may be waiting for your consent."),
            _("We keep the goods for you until %(pay_by)s."),
        ),
        _("Go on with the payment"),
        {"item": "text", "total": "money", "pay_by": "minute"},
    ),
    "parcel_sent": Kind(
        _("On its way: %(item)s"),
        _("Your parcel is on its way"),
        (_("%(shop)s has sent %(item)s with %(carrier)s, under the number %(parcel)s."),),
        _("Follow the order"),
        {"item": "text", "shop": "text", "carrier": "text", "parcel": "text"},
    ),
    "arrival_reminder": Kind(
        _("Has it arrived? %(item)s"),
        _("Has your parcel arrived?"),
        (
            _("%(shop)s has sent %(item)s a while ago. Tell us when it is there, or when something is wrong."),
            _("If we hear nothing, it counts as delivered on %(deliver_by)s."),
        ),
        _("See your order"),
        {"item": "text", "shop": "text", "deliver_by": "day"},
    ),
    "parcel_missing": Kind(
        _("Not arrived: %(item)s"),
        _("A buyer misses a parcel"),
        (
            _("%(buyer)s says that %(item)s has not arrived."),
            _(
                "Answer by %(answer_by)s: send it again, refund it, or say why you see it otherwise. After that the buyer is refunded."
            ),
        ),
        _("Answer"),
        {"item": "text", "buyer": "text", "answer_by": "day"},
    ),
    "parcel_sent_again": Kind(
        _("On its way again: %(item)s"),
        _("Your parcel is on its way again"),
        (_("%(shop)s has sent %(item)s again with %(carrier)s, under the number %(parcel)s."),),
        _("Follow the order"),
        {"item": "text", "shop": "text", "carrier": "text", "parcel": "text"},
    ),
    "parcel_delivered": Kind(
        _("Delivered: %(item)s"),
        _("The parcel has arrived"),
        (_("%(item)s is delivered. The buyer can ask for a return until %(return_by)s; then the order is completed."),),
        _("See the order"),
        {"item": "text", "return_by": "day"},
    ),
    "order_completed": Kind(
        _("Completed: %(item)s"),
        _("The order is completed"),
        (_("What you have earned with %(item)s is in your balance now, and goes out with the next payout."),),
        _("See the order"),
        {"item": "text"},
    ),
    "return_asked": Kind(
        _("Return asked for: %(item)s"),
        _("A buyer wants to return something"),
        (
            _("%(buyer)s wants to return %(item)s. The reason given: %(reason)s"),
            _("Answer by %(answer_by)s. After that the return counts as accepted."),
        ),
        _("Answer"),
        {"item": "text", "buyer": "text", "reason": "text", "answer_by": "day"},
    ),
    "return_accepted": Kind(
        _("Return accepted: %(item)s"),
        _("You may return it"),
        (_("%(shop)s takes %(item)s back. Send it by %(send_back_by)s, and tell us the number of the parcel."),),
        _("Send it back"),
        {"item": "text", "shop": "text", "send_back_by": "day"},
    ),
    "return_refused": Kind(
        _("Return refused: %(item)s"),
        _("Your return was refused"),
        (
            _("%(shop)s does not take %(item)s back. The reason given: %(reason)s"),
            _("Do you see it otherwise? Write to the people of %(market)s; they can decide."),
        ),
        _("See the order"),
        {"item": "text", "shop": "text", "reason": "text"},
    ),
    "return_denied": Kind(
        _("Return refused: %(item)s"),
        _("Your return was refused"),
        (
            _("%(shop)s does not take %(item)s back. The reason given: %(reason)s"),
            _(
                "Do you see it otherwise? Let the people of %(market)s decide: ask them by %(answer_by)s, on the page of the order."
            ),
        ),
        _("See the order"),
        {"item": "text", "shop": "text", "reason": "text", "answer_by": "day"},
    ),
    "dispute_opened": Kind(
        _("To be decided: %(item)s"),
        _("The market decides"),
        (
            _("Buyer and seller do not agree about %(item)s. The reason given: %(reason)s"),
            _("The people of %(market)s decide by %(decide_by)s; if they do not, the buyer is refunded."),
            _("Until then both can add what they know on the page of the order."),
        ),
        _("See the order"),
        {"item": "text", "reason": "text", "decide_by": "day"},
    ),
    "evidence_added": Kind(
        _("More to be decided about: %(item)s"),
        _("Somebody has added what they know"),
        (_("About %(item)s, which the market decides: %(reason)s"),),
        _("See the order"),
        {"item": "text", "reason": "text"},
    ),
    "decided_for_buyer": Kind(
        _("Decided for the buyer: %(item)s"),
        _("The market has decided for the buyer"),
        (
            _("%(market)s has decided about %(item)s. The reason given: %(reason)s"),
            _("The buyer gets %(amount)s back, the way it was paid."),
        ),
        _("See the order"),
        {"item": "text", "reason": "text", "amount": "money"},
    ),
    "decided_for_seller": Kind(
        _("Decided for the seller: %(item)s"),
        _("The market has decided for the seller"),
        (
            _("%(market)s has decided about %(item)s. The reason given: %(reason)s"),
            _("It is not refunded, and the seller is paid."),
        ),
        _("See the order"),
        {"item": "text", "reason": "text"},
    ),
    "dispute_undecided": Kind(
        _("Refunded: %(item)s"),
        _("The order is refunded"),
        (_("Nobody has decided about %(item)s in time, so the buyer gets %(amount)s back, the way it was paid."),),
        _("See the order"),
        {"item": "text", "amount": "money"},
    ),
    "return_ended": Kind(
        _("Return ended: %(item)s"),
        _("Your return ended without a refund"),
        (_("%(market)s has decided that %(item)s is not refunded. The reason given: %(reason)s"),),
        _("See the order"),
        {"item": "text", "reason": "text"},
    ),
    "return_sent": Kind(
        _("On its way back: %(item)s"),
        _("Something is on its way back to you"),
        (
            _("%(buyer)s has sent %(item)s back with %(carrier)s, under the number %(parcel)s."),
            _("When it has arrived, confirm it, and the buyer gets the money back."),
        ),
        _("See the order"),
        {"item": "text", "buyer": "text", "carrier": "text", "parcel": "text"},
    ),
    "order_returned": Kind(
        _("Returned and refunded: %(item)s"),
        _("Your return has arrived"),
        (_("%(shop)s has %(item)s back. You get %(total)s back, the way you paid."),),
        _("See the order"),
        {"item": "text", "shop": "text", "total": "money"},
    ),
    "order_refunded": Kind(
        _("Refunded: %(item)s"),
        _("The order is refunded"),
        (_("The buyer gets %(amount)s back for %(item)s, the way it was paid."),),
        _("See the order"),
        {"item": "text", "amount": "money"},
    ),
    "part_refunded": Kind(
        _("Partly refunded: %(item)s"),
        _("You get some money back"),
        (_("%(shop)s gives you %(amount)s back for %(item)s, the way you paid. The reason given: %(reason)s"),),
        _("See the order"),
        {"item": "text", "shop": "text", "amount": "money", "reason": "text"},
    ),
    "hire_booked": Kind(
        _("You have booked %(item)s"),
        _("Thank you, it is booked"),
        (
            _(
                "%(item)s, from %(shop)s: from %(starts)s to %(ends)s. You have paid %(total)s, and the deposit with it."
            ),
            _("We hold the money until it is back. If it is not handed over, you get everything back by itself."),
        ),
        _("See your booking"),
        {"item": "text", "shop": "text", "total": "money", "starts": "minute", "ends": "minute"},
    ),
    "hire_to_hand_over": Kind(
        _("Booked: %(item)s"),
        _("Somebody has booked something of yours"),
        (
            _("%(buyer)s has booked %(item)s from %(starts)s to %(ends)s, and paid %(total)s."),
            _("Hand it over when it begins, and say so with a word about its condition."),
        ),
        _("See the booking"),
        {"item": "text", "buyer": "text", "total": "money", "starts": "minute", "ends": "minute"},
    ),
    "hire_called_off": Kind(
        _("Called off: %(item)s"),
        _("The hire was called off"),
        (
            _("%(item)s, from %(starts)s to %(ends)s. The reason given: %(reason)s"),
            _("What is to go back goes back to the hirer by itself, and the days are free again."),
        ),
        _("See the booking"),
        {"item": "text", "starts": "minute", "ends": "minute", "reason": "text"},
    ),
    "hire_lapsed": Kind(
        _("Not handed over: %(item)s"),
        _("The hire came to nothing"),
        (_("Nobody said that %(item)s was handed over. The hirer gets everything back, and the days are free again."),),
        _("See the booking"),
        {"item": "text"},
    ),
    "hire_handed_over": Kind(
        _("Handed over to you: %(item)s"),
        _("It was handed over to you"),
        (
            _(
                "%(shop)s says that you have %(item)s. See what was written down of its condition, and say so at once if it is otherwise."
            ),
            _("Bring it back by %(ends)s."),
        ),
        _("See the booking"),
        {"item": "text", "shop": "text", "ends": "minute"},
    ),
    "hire_not_given": Kind(
        _("Said not to be handed over: %(item)s"),
        _("The hirer says that it was not handed over"),
        (
            _("%(item)s: %(reason)s"),
            _("Object by %(answer_by)s, or the hirer gets everything back."),
        ),
        _("Answer"),
        {"item": "text", "reason": "text", "answer_by": "minute"},
    ),
    "hire_not_fetched": Kind(
        _("Said not to be fetched: %(item)s"),
        _("The owner says that you did not come"),
        (
            _("%(item)s: %(reason)s"),
            _("Object by %(answer_by)s, or the owner is paid the rent. Your deposit comes back either way."),
        ),
        _("Answer"),
        {"item": "text", "reason": "text", "answer_by": "minute"},
    ),
    "hire_stood_up": Kind(
        _("Not fetched: %(item)s"),
        _("The hire is over"),
        (_("%(item)s was not fetched. The rent went to the owner, and the deposit goes back to the hirer."),),
        _("See the booking"),
        {"item": "text"},
    ),
    "hire_brought_back": Kind(
        _("Brought back: %(item)s"),
        _("The hirer says that it is back"),
        (_("Look at %(item)s, and say whether it is back by %(answer_by)s. After that it counts as confirmed."),),
        _("Confirm it"),
        {"item": "text", "answer_by": "minute"},
    ),
    "hire_not_back": Kind(
        _("Said not to be back: %(item)s"),
        _("The owner says that it is not back"),
        (
            _("%(item)s: %(reason)s"),
            _("Bring it back, or talk to the owner. It goes on as if nothing had been said."),
        ),
        _("See the booking"),
        {"item": "text", "reason": "text"},
    ),
    "hire_closed": Kind(
        _("Back: %(item)s"),
        _("The hire is over"),
        (
            _("%(item)s is back, and the rent went to the owner."),
            _("What becomes of the deposit is told on the page of the booking."),
        ),
        _("See the booking"),
        {"item": "text"},
    ),
    "hire_late": Kind(
        _("Late: %(item)s"),
        _("It should be back by now"),
        (_("%(item)s was to be back by %(ends)s. What the time after that costs comes from the deposit."),),
        _("See the booking"),
        {"item": "text", "ends": "minute"},
    ),
    "hire_lost": Kind(
        _("Lost: %(item)s"),
        _("It counts as lost"),
        (_("%(item)s was not brought back. The rent went to the owner, and the whole deposit is asked for."),),
        _("See the booking"),
        {"item": "text"},
    ),
    "deposit_to_look_over": Kind(
        _("Look at what came back: %(item)s"),
        _("Is everything as it was?"),
        (
            _(
                "If %(item)s is damaged, ask for a part of the deposit by %(answer_by)s. After that the hirer gets all of it back."
            ),
        ),
        _("See the deposit"),
        {"item": "text", "answer_by": "minute"},
    ),
    "deposit_claimed": Kind(
        _("%(amount)s of your deposit are asked for: %(item)s"),
        _("A part of your deposit is asked for"),
        (
            _("%(item)s: %(amount)s. The reason given: %(note)s"),
            _("Object by %(answer_by)s. Without an answer it is paid from the deposit."),
        ),
        _("Answer"),
        {"item": "text", "amount": "money", "note": "text", "answer_by": "minute"},
    ),
    "deposit_claimed_for_you": Kind(
        _("%(amount)s of the deposit are asked for: %(item)s"),
        _("A part of the deposit is asked for"),
        (_("%(item)s: %(amount)s. If the hirer does not object by %(answer_by)s, it is paid to you."),),
        _("See the deposit"),
        {"item": "text", "amount": "money", "answer_by": "minute"},
    ),
    "deposit_disputed": Kind(
        _("The hirer objects: %(item)s"),
        _("The hirer objects"),
        (
            _("%(item)s: %(reason)s"),
            _("The market decides by %(answer_by)s. If it does not, the hirer gets the deposit back."),
        ),
        _("See the deposit"),
        {"item": "text", "reason": "text", "answer_by": "minute"},
    ),
    "deposit_given_back": Kind(
        _("Your deposit comes back: %(item)s"),
        _("Your deposit comes back"),
        (_("All of the deposit for %(item)s is on its way back to you: %(amount)s."),),
        _("See the deposit"),
        {"item": "text", "amount": "money"},
    ),
    "deposit_settled": Kind(
        _("The deposit is settled: %(item)s"),
        _("The deposit is settled"),
        (_("%(item)s: %(amount)s went to the owner, and the rest goes back to the hirer."),),
        _("See the deposit"),
        {"item": "text", "amount": "money"},
    ),
    "bid_made": Kind(
        _("A bid on your job: %(item)s"),
        _("Somebody bids on your job"),
        (_("%(shop)s would do %(item)s for %(total)s. Compare the bids, and award the job when you have chosen."),),
        _("See the bids"),
        {"item": "text", "shop": "text", "total": "money"},
    ),
    "job_awarded": Kind(
        _("The job is yours: %(item)s"),
        _("You have been chosen"),
        (
            _("%(buyer)s awards you %(item)s for %(total)s."),
            _("Look at the milestones and accept by %(answer_by)s. After that the award lapses."),
        ),
        _("Accept the award"),
        {"item": "text", "buyer": "text", "total": "money", "answer_by": "day"},
    ),
    "bid_lost": Kind(
        _("Somebody else was chosen: %(item)s"),
        _("Your bid was not chosen"),
        (
            _(
                "%(buyer)s has awarded %(item)s to somebody else. Should that come to nothing, your bid can still be chosen."
            ),
        ),
        _("See your bid"),
        {"item": "text", "buyer": "text"},
    ),
    "bid_turned_down": Kind(
        _("Your bid was turned down: %(item)s"),
        _("Your bid was turned down"),
        (_("Your bid on %(item)s was turned down. The reason given: %(reason)s"),),
        _("See your bid"),
        {"item": "text", "reason": "text"},
    ),
    "bid_lapsed": Kind(
        _("Nobody was chosen: %(item)s"),
        _("Your bid has lapsed"),
        (_("%(buyer)s has not awarded %(item)s in time, so your bid does not bind you any more."),),
        _("See your bid"),
        {"item": "text", "buyer": "text"},
    ),
    "milestones_proposed": Kind(
        _("Milestones to agree to: %(item)s"),
        _("Your job was accepted"),
        (
            _(
                "%(shop)s accepts %(item)s and proposes milestones. Agree to them by %(answer_by)s, or say what should be different."
            ),
        ),
        _("See the milestones"),
        {"item": "text", "shop": "text", "answer_by": "day"},
    ),
    "award_declined": Kind(
        _("Award declined: %(item)s"),
        _("The award was declined"),
        (
            _("%(shop)s does not take %(item)s. The reason given: %(reason)s"),
            _("You can award the job to another bid."),
        ),
        _("See the bids"),
        {"item": "text", "shop": "text", "reason": "text"},
    ),
    "award_lapsed": Kind(
        _("Award lapsed: %(item)s"),
        _("The award has lapsed"),
        (_("There was no answer in time about %(item)s. The customer can award the job to another bid."),),
        _("See the job"),
        {"item": "text"},
    ),
    "milestones_agreed": Kind(
        _("Agreed: %(item)s"),
        _("The milestones are agreed"),
        (_("%(buyer)s agrees to your milestones for %(item)s. Begin each one when it is paid in; you will be told."),),
        _("See the job"),
        {"item": "text", "buyer": "text"},
    ),
    "milestones_refused": Kind(
        _("Other milestones wanted: %(item)s"),
        _("The customer would like other milestones"),
        (
            _("%(buyer)s does not agree to the milestones of %(item)s yet. The reason given: %(reason)s"),
            _("Propose others by %(answer_by)s."),
        ),
        _("Change the milestones"),
        {"item": "text", "buyer": "text", "reason": "text", "answer_by": "day"},
    ),
    "job_cancelled": Kind(
        _("Called off: %(item)s"),
        _("The job is called off"),
        (_("%(item)s is called off. The reason given: %(reason)s"),),
        _("See the job"),
        {"item": "text", "reason": "text"},
    ),
    "job_goes_on": Kind(
        _("Still under way: %(item)s"),
        _("A job is still under way"),
        (_("%(item)s is under way. Look at its milestones: what is to be paid in, handed over or accepted."),),
        _("See the job"),
        {"item": "text"},
    ),
    "job_completed": Kind(
        _("Completed: %(item)s"),
        _("The job is completed"),
        (_("Every milestone of %(item)s has ended, and what was accepted is paid."),),
        _("See the job"),
        {"item": "text"},
    ),
    "job_fell_through": Kind(
        _("Ended unpaid: %(item)s"),
        _("The job has ended, and nothing was paid"),
        (_("Every milestone of %(item)s has ended, and for none of them money was released."),),
        _("See the job"),
        {"item": "text"},
    ),
    "milestone_funded": Kind(
        _("Paid in: %(item)s"),
        _("Your milestone is paid in"),
        (_("You have paid %(total)s in for %(item)s. The market holds it until you accept the work."),),
        _("See the milestone"),
        {"item": "text", "total": "money"},
    ),
    "milestone_to_work_on": Kind(
        _("Paid in, you can begin: %(item)s"),
        _("A milestone is paid in"),
        (
            _(
                "%(buyer)s has paid %(total)s in for %(item)s. Hand the work over by %(deliver_by)s; after that the money goes back."
            ),
        ),
        _("See the milestone"),
        {"item": "text", "buyer": "text", "total": "money", "deliver_by": "day"},
    ),
    "milestone_dropped": Kind(
        _("Dropped: %(item)s"),
        _("A milestone is dropped"),
        (_("%(item)s will not be done. Nothing was paid for it. The reason given: %(reason)s"),),
        _("See the milestone"),
        {"item": "text", "reason": "text"},
    ),
    "milestone_expired": Kind(
        _("Not paid in: %(item)s"),
        _("A milestone was not paid in"),
        (_("%(item)s was not paid in in time and is dropped."),),
        _("See the milestone"),
        {"item": "text"},
    ),
    "milestone_submitted": Kind(
        _("Handed over, please look: %(item)s"),
        _("Work was handed over"),
        (
            _(
                "%(shop)s has handed over %(item)s. Look at it by %(answer_by)s: accept it, ask for changes or let the market decide."
            ),
            _("Without an answer it counts as accepted."),
        ),
        _("Look at it"),
        {"item": "text", "shop": "text", "answer_by": "day"},
    ),
    "milestone_released": Kind(
        _("Accepted: %(item)s"),
        _("Your work was accepted"),
        (_("What you have earned with %(item)s is in your balance now, and goes out with the next payout."),),
        _("See the milestone"),
        {"item": "text"},
    ),
    "milestone_changes_asked": Kind(
        _("Changes asked for: %(item)s"),
        _("The customer asks for changes"),
        (
            _("%(buyer)s asks for changes of %(item)s: %(note)s"),
            _("Hand it over again by %(deliver_by)s; after that the money goes back."),
        ),
        _("See the milestone"),
        {"item": "text", "buyer": "text", "note": "text", "deliver_by": "day"},
    ),
    "milestone_disputed": Kind(
        _("With the market to decide: %(item)s"),
        _("The market is asked to decide"),
        (
            _("The two sides do not agree about %(item)s: %(reason)s"),
            _("Show what you have seen or done: words and photos, until it is decided."),
        ),
        _("Show evidence"),
        {"item": "text", "reason": "text"},
    ),
    "milestone_returned": Kind(
        _("Money goes back: %(item)s"),
        _("The money of a milestone goes back"),
        (_("For %(item)s the customer gets %(amount)s back, the way it was paid."),),
        _("See the milestone"),
        {"item": "text", "amount": "money"},
    ),
    "milestone_decided": Kind(
        _("Decided: %(item)s"),
        _("The market has decided"),
        (
            _(
                "Of the money held for %(item)s the craftsperson gets %(amount)s, and the customer the rest. The reason given: %(reason)s"
            ),
        ),
        _("See the milestone"),
        {"item": "text", "amount": "money", "reason": "text"},
    ),
    "change_proposed": Kind(
        _("A change is proposed: %(item)s"),
        _("The other side proposes a change"),
        (
            _("%(item)s for %(amount)s: %(reason)s"),
            _("It counts only if you accept it."),
        ),
        _("Answer"),
        {"item": "text", "amount": "money", "reason": "text"},
    ),
    "change_accepted": Kind(
        _("Change accepted: %(item)s"),
        _("Your change was accepted"),
        (_("%(item)s for %(amount)s is agreed."),),
        _("See the job"),
        {"item": "text", "amount": "money"},
    ),
    "change_refused": Kind(
        _("Change refused: %(item)s"),
        _("Your change was refused"),
        (_("%(item)s for %(amount)s was not agreed to. Everything stays as it was."),),
        _("See the job"),
        {"item": "text", "amount": "money"},
    ),
    "question_asked": Kind(
        _("A question about %(item)s"),
        _("Somebody asks you something"),
        (
            _("About %(item)s: %(question)s"),
            _("Your answer is read by everybody who looks at it."),
        ),
        _("Answer"),
        {"item": "text", "question": "text"},
    ),
    "question_answered": Kind(
        _("Your question about %(item)s is answered"),
        _("Your question is answered"),
        (_("About %(item)s: %(answer)s"),),
        _("See the answer"),
        {"item": "text", "answer": "text"},
    ),
    "question_removed": Kind(
        _("Your question about %(item)s was removed"),
        _("Your question was removed"),
        (_("Your question about %(item)s can no longer be seen. The reason given: %(reason)s"),),
        _("See the listing"),
        {"item": "text", "reason": "text"},
    ),
    "payout_sent": Kind(
        _("Payout on its way: %(amount)s"),
        _("Your payout is on its way"),
        (_("We have sent %(amount)s to your bank account. It takes a day or two to arrive."),),
        _("See your payouts"),
        {"amount": "money"},
    ),
    "payout_returned": Kind(
        _("Payout came back: %(amount)s"),
        _("Your payout came back"),
        (
            _("The bank has sent %(amount)s back. It is in your balance again."),
            _("Nothing more is sent to that account. Give us your bank account anew, and the money goes out."),
        ),
        _("See your payouts"),
        {"amount": "money"},
    ),
    "payout_account_changed": Kind(
        _("Your bank account for payouts was changed"),
        _("Your bank account for payouts was changed"),
        (
            _("From now on, what you earn in %(currency)s goes to the account that ends in %(account)s."),
            _("Nothing is sent there before %(usable)s."),
            _("Was this not you? Then change your password at once, and write to the people of %(market)s."),
        ),
        _("See where your money goes"),
        {"account": "text", "currency": "text", "usable": "minute"},
    ),
    "article_approved": Kind(
        _("On sale: %(item)s"),
        _("Your article is on sale"),
        (_("The people of %(market)s have looked at %(item)s, and everybody can see it now."),),
        _("See it"),
        {"item": "text"},
    ),
    "article_refused": Kind(
        _("Not put on sale: %(item)s"),
        _("Your article was not put on sale"),
        (
            _("The people of %(market)s have looked at %(item)s. The reason given: %(reason)s"),
            _("Change it, and send it off again."),
        ),
        _("Change it"),
        {"item": "text", "reason": "text"},
    ),
    "article_expires": Kind(
        _("Soon over: %(item)s"),
        _("The time of your article is nearly over"),
        (
            _("%(item)s is on sale until %(until)s. Do you still have it? Then renew it by one button."),
            _("If you do nothing, it is taken off by itself."),
        ),
        _("Renew it"),
        {"item": "text", "until": "day"},
    ),
    "article_expired": Kind(
        _("Taken off: %(item)s"),
        _("The time of your article is over"),
        (_("%(item)s is no longer on sale. Do you still have it? Then renew it by one button."),),
        _("Renew it"),
        {"item": "text"},
    ),
    "promotion_running": Kind(
        _("Promoted: %(item)s"),
        _("It stands out now"),
        (
            _(
                "%(item)s stands at the top of its categories and on the front page, marked as promoted, until %(ends)s. You have paid %(total)s."
            ),
            _("If you take it off or sell it before, it stands nowhere meanwhile, and nothing comes back."),
        ),
        _("See the promotion"),
        {"item": "text", "ends": "minute", "total": "money"},
    ),
    "promotion_over": Kind(
        _("The promotion is over: %(item)s"),
        _("The promotion is over"),
        (_("%(item)s stands among all the others again. While it is on sale you can promote it once more."),),
        _("See the promotion"),
        {"item": "text"},
    ),
    "promotion_called_off": Kind(
        _("The promotion was ended: %(item)s"),
        _("The market has ended the promotion"),
        (
            _("%(item)s no longer stands out. The reason given: %(reason)s"),
            _("You paid %(amount)s for the time it stood there. The rest goes back to you, the way it was paid."),
        ),
        _("See the promotion"),
        {"item": "text", "reason": "text", "amount": "money"},
    ),
    "promotion_refunded": Kind(
        _("The promotion is refunded: %(item)s"),
        _("You get your money back"),
        (_("For the promotion of %(item)s you get %(total)s back, the way it was paid. The reason given: %(reason)s"),),
        _("See the promotion"),
        {"item": "text", "reason": "text", "total": "money"},
    ),
    "offer_made": Kind(
        _("An offer for %(item)s"),
        _("Somebody makes you an offer"),
        (_("%(buyer)s offers %(amount)s for %(item)s."), _("Accept it, name another price, or decline.")),
        _("Answer the offer"),
        {"item": "text", "buyer": "text", "amount": "money"},
    ),
    "offer_changed": Kind(
        _("Another offer for %(item)s"),
        _("The buyer names another price"),
        (_("%(buyer)s now offers %(amount)s for %(item)s."),),
        _("Answer the offer"),
        {"item": "text", "buyer": "text", "amount": "money"},
    ),
    "price_named": Kind(
        _("Another price for %(item)s"),
        _("The owner names another price"),
        (_("%(shop)s asks %(amount)s for %(item)s. Answer by %(answer_by)s."),),
        _("Answer"),
        {"item": "text", "shop": "text", "amount": "money", "answer_by": "day"},
    ),
    "offer_accepted": Kind(
        _("Yours for %(amount)s: %(item)s"),
        _("Your offer is accepted"),
        (
            _("%(shop)s keeps %(item)s for you until %(answer_by)s. You agreed on %(amount)s."),
            _("Agree where you meet, look at it, and pay on the spot: no money goes through %(market)s."),
        ),
        _("See what comes next"),
        {"item": "text", "shop": "text", "amount": "money", "answer_by": "day"},
    ),
    "price_accepted": Kind(
        _("Reserved for %(amount)s: %(item)s"),
        _("Your price is accepted"),
        (_("%(buyer)s takes %(item)s for %(amount)s. It is reserved until %(answer_by)s."),),
        _("See what comes next"),
        {"item": "text", "buyer": "text", "amount": "money", "answer_by": "day"},
    ),
    "offer_declined": Kind(
        _("Declined: %(item)s"),
        _("Your offer is declined"),
        (_("%(shop)s does not take your offer for %(item)s."),),
        _("See the offer"),
        {"item": "text", "shop": "text"},
    ),
    "offer_withdrawn": Kind(
        _("Offer withdrawn: %(item)s"),
        _("An offer is withdrawn"),
        (_("%(buyer)s no longer offers for %(item)s."),),
        _("See the offer"),
        {"item": "text", "buyer": "text"},
    ),
    "offer_lapsed": Kind(
        _("No answer: %(item)s"),
        _("Your offer has lapsed"),
        (_("The offer for %(item)s was not answered in time. You can make another."),),
        _("See the offer"),
        {"item": "text"},
    ),
    "article_handed_over": Kind(
        _("Do you have it? %(item)s"),
        _("Confirm that you have it"),
        (_("%(shop)s says that you have %(item)s. Confirm it; after %(answer_by)s it counts as sold."),),
        _("Confirm"),
        {"item": "text", "shop": "text", "answer_by": "day"},
    ),
    "article_collected": Kind(
        _("Is it handed over? %(item)s"),
        _("Confirm that it is handed over"),
        (_("%(buyer)s says that they have %(item)s. Confirm it; after %(answer_by)s it counts as sold."),),
        _("Confirm"),
        {"item": "text", "buyer": "text", "answer_by": "day"},
    ),
    "article_sold": Kind(
        _("Sold: %(item)s"),
        _("It is sold"),
        (_("%(item)s went from hand to hand, for %(amount)s."),),
        _("See the deal"),
        {"item": "text", "amount": "money"},
    ),
    "sale_fell_through": Kind(
        _("Fell through: %(item)s"),
        _("It fell through"),
        (_("%(item)s is free again. The reason given: %(reason)s"),),
        _("See the deal"),
        {"item": "text", "reason": "text"},
    ),
    "reservation_ran_out": Kind(
        _("No longer reserved: %(item)s"),
        _("The reservation has run out"),
        (_("Nobody said that %(item)s was handed over, so it is free again."),),
        _("See the deal"),
        {"item": "text"},
    ),
    "article_gone": Kind(
        _("No longer to be had: %(item)s"),
        _("It went to somebody else"),
        (_("%(item)s is no longer on offer, so your offer has ended."),),
        _("See the offer"),
        {"item": "text"},
    ),
    "message_received": Kind(
        _("%(person)s writes about %(item)s"),
        _("You have a message"),
        (_("%(person)s has written to you about %(item)s."), _("Answer on our pages; your addresses stay with us.")),
        _("Read and answer"),
        {"item": "text", "person": "text"},
    ),
    "listing_removed": Kind(
        _("Your listing was taken down: %(title)s"),
        _("Your listing was taken down"),
        (
            _("%(title)s can no longer be seen or bought. The reason given: %(reason)s"),
            _("Do you see it otherwise? Write to the people of %(market)s."),
        ),
        _("See your listings"),
        {"title": "text", "reason": "text"},
    ),
}

# Sent by mail alone: to prove that a mailbox is somebody's own, or because there is nobody to tell in the app.
LETTERS: dict[str, Kind] = {
    "confirm_address": Kind(
        _("Confirm your address for %(market)s"),
        _("Welcome to %(market)s"),
        (
            _("Confirm that this is your address, and your account is ready."),
            _("The link works until %(until)s. If you did not sign up, do nothing: no account comes of it."),
        ),
        _("Confirm address"),
        {"until": "minute"},
    ),
    "address_in_use": Kind(
        _("You have an account at %(market)s already"),
        _("You have an account already"),
        (
            _(
                "Somebody has just signed up at %(market)s with this address. It has an account, so nothing was changed."
            ),
            _(
                "If it was you, sign in; the sign-in page also helps if you have forgotten the password. If not, do nothing."
            ),
        ),
        _("Sign in"),
        {},
    ),
    "reset_password": Kind(
        _("Choose a new password for %(market)s"),
        _("Choose a new password"),
        (
            _("Somebody has asked for a new password for the account of this address."),
            _("The link works once, until %(until)s. If it was not you, do nothing: your password stays as it is."),
        ),
        _("Choose a new password"),
        {"until": "minute"},
    ),
    "confirm_new_address": Kind(
        _("Confirm your new address for %(market)s"),
        _("Confirm your new address"),
        (
            _("Confirm that this is your address. From then on you sign in with it, and our mails go here."),
            _("The link works once, until %(until)s. If you did not ask for this, do nothing."),
        ),
        _("Confirm address"),
        {"until": "minute"},
    ),
    "address_changed": Kind(
        _("Your account at %(market)s has a new address"),
        _("Your account has a new address"),
        (
            _(
                "From now on you sign in with the new address, and our mails go there. This is the last one to the old address."
            ),
            _("Was this not you? Then write to the people of %(market)s at once."),
        ),
        _("Open %(market)s"),
        {},
    ),
}
