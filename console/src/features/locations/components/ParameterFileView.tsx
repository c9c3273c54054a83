import { Alert, Button, Content } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { useState } from "react";
import type { ParameterFile } from "../../../api/contract/locations";
import { t } from "../../../i18n";
import { Copy } from "../../../ui/Copy";
import { saveText } from "../../../ui/download";

/** The three things to do with a parameter file. The file holds a secret that is never shown again. */
export function ParameterFileView({ file }: { file: ParameterFile }) {
  const [saved, setSaved] = useState(false);
  const save = () => {
    saveText(file.fileName, file.content, "application/json");
    setSaved(true);
  };
  return (
    <>
      <Alert isInline variant={saved ? "success" : "warning"} title={saved ? t("connectors.file.saved") : t("connectors.file.once")}>
        {t("connectors.file.delete", { principal: file.servicePrincipal.name })}
      </Alert>
      <Content component="ol" className="cw-gap">
        <Content component="li">
          <Content component="p">{t("connectors.file.step1", { file: file.fileName })}</Content>
          <Button variant={saved ? "secondary" : "primary"} icon={<DownloadIcon />} onClick={save}>
            {t("connectors.file.download")}
          </Button>
        </Content>
        <Content component="li">
          <Content component="p">{t("connectors.file.step2")}</Content>
          <Copy block label={t("connectors.file.command")} value={file.command} />
        </Content>
        <Content component="li">
          <Content component="p">{t("connectors.file.step3")}</Content>
        </Content>
      </Content>
      {file.channelKeyPins.length > 0 && (
        <>
          <Content component="p" className="cw-gap">
            {t("connectors.file.pins")}
          </Content>
          {file.channelKeyPins.map((pin) => (
            <Copy key={pin} inline label={t("connectors.file.pin")} value={pin} />
          ))}
        </>
      )}
    </>
  );
}
