/** ID of the element that holds the page, for the skip link and for tabs that are pages of their own. */
export const mainId = "main";
