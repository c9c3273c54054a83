import { Button, Form, FormSelect, FormSelectOption, Grid, GridItem, FormGroup, TextInput } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import { useAllowed } from "../../../api/customer";
import { connectionRoute } from "../../../app/links";
import { t } from "../../../i18n";
import { type TraceFilter, useConnections } from "../queries";

interface Props {
  filter: TraceFilter;
  onFind: (filter: TraceFilter) => void;
}

const empty: TraceFilter = { transactionId: "", person: "", address: "", connectionId: "", kind: "", outcome: "", from: "", to: "" };
const kinds = ["signin", "signout"] as const;
const outcomes = ["refused", "succeeded"] as const;

/** Finds sign-ins and sign-outs: by the transaction ID that a person read on an error page, or by who, where, through what and when. */
export function TraceFilterForm({ filter, onFind }: Props) {
  const [typed, setTyped] = useState(filter);
  const mayConnections = useAllowed(connectionRoute.needs);
  const connections = useConnections(mayConnections).data?.items ?? [];
  const set = (part: Partial<TraceFilter>) => setTyped((old) => ({ ...old, ...part }));
  const find = (event: FormEvent) => {
    event.preventDefault();
    onFind({ ...typed, transactionId: typed.transactionId.trim(), person: typed.person.trim(), address: typed.address.trim() });
  };
  const text = (name: "transactionId" | "person" | "address", label: string) => (
    <GridItem span={12} sm={6} lg={4}>
      <FormGroup label={label} fieldId={`trace-${name}`}>
        <TextInput id={`trace-${name}`} value={typed[name]} spellCheck={false} autoComplete="off" onChange={(_, value) => set({ [name]: value })} />
      </FormGroup>
    </GridItem>
  );
  const day = (name: "from" | "to", label: string) => (
    <GridItem span={6} sm={3} lg={2}>
      <FormGroup label={label} fieldId={`trace-${name}`}>
        <TextInput id={`trace-${name}`} type="date" value={typed[name]} onChange={(_, value) => set({ [name]: value })} />
      </FormGroup>
    </GridItem>
  );
  return (
    <Form onSubmit={find} role="search" aria-label={t("traces.title")} className="cw-values">
      <Grid hasGutter>
        {text("transactionId", t("traces.transaction"))}
        {text("person", t("traces.column.person"))}
        {text("address", t("traces.address"))}
        {mayConnections && (
          <GridItem span={12} sm={6} lg={4}>
            <FormGroup label={t("traces.column.connection")} fieldId="trace-connection">
              <FormSelect id="trace-connection" value={typed.connectionId} onChange={(_, connectionId) => set({ connectionId })}>
                <FormSelectOption value="" label={t("traces.connection.all")} />
                {connections.map(({ id, nickname }) => (
                  <FormSelectOption key={id} value={id} label={nickname} />
                ))}
              </FormSelect>
            </FormGroup>
          </GridItem>
        )}
        <GridItem span={12} sm={6} lg={2}>
          <FormGroup label={t("traces.column.kind")} fieldId="trace-kind">
            <FormSelect id="trace-kind" value={typed.kind} onChange={(_, kind) => set({ kind })}>
              <FormSelectOption value="" label={t("traces.kind.all")} />
              {kinds.map((each) => (
                <FormSelectOption key={each} value={each} label={t(`traces.kind.${each}`)} />
              ))}
            </FormSelect>
          </FormGroup>
        </GridItem>
        <GridItem span={12} sm={6} lg={2}>
          <FormGroup label={t("traces.outcome")} fieldId="trace-outcome">
            <FormSelect id="trace-outcome" value={typed.outcome} onChange={(_, outcome) => set({ outcome })}>
              <FormSelectOption value="" label={t("traces.outcome.all")} />
              {outcomes.map((each) => (
                <FormSelectOption key={each} value={each} label={t(`traces.outcome.${each}`)} />
              ))}
            </FormSelect>
          </FormGroup>
        </GridItem>
        {day("from", t("traces.from"))}
        {day("to", t("traces.to"))}
      </Grid>
      <div className="cw-buttons">
        <Button type="submit" variant="secondary">
          {t("traces.find")}
        </Button>
        <Button
          variant="link"
          onClick={() => {
            setTyped(empty);
            onFind(empty);
          }}
        >
          {t("traces.clear")}
        </Button>
      </div>
    </Form>
  );
}
