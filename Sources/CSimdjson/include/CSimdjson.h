int dw_json_placeholder(void);
